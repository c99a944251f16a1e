import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { olmoe } from './olmoe.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  num_experts: 4,
  num_experts_per_tok: 2,
};

testModelFamily({
  family: olmoe,
  config: { model_type: 'olmoe', ...required },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: olmoe, config, tensors: tensorsByName(olmoe, config) }, { readSites }),
});

it('neither renormalises nor clips unless the config says so', () => {
  const read = (changes: Record<string, unknown>) =>
    olmoe.readConfig({ ...required, ...changes }, 'config.json', new Set());
  expect(read({}).renormalised).toBe(false);
  expect(read({ clip_qkv: null })).not.toHaveProperty('clip');
  expect(read({ clip_qkv: 8, norm_topk_prob: true })).toMatchObject({ clip: 8, renormalised: true });
});
