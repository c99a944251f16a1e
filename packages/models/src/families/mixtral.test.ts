import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { mixtral } from './mixtral.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  num_local_experts: 4,
  num_experts_per_tok: 2,
};

const read = (changes: Record<string, unknown> = {}) =>
  mixtral.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: mixtral,
  config: { model_type: 'mixtral', ...required },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: mixtral, config, tensors: tensorsByName(mixtral, config) }, { readSites }),
});

it('has a window only where the config has one', () => {
  expect(read({ sliding_window: 4096 }).window).toBe(4096);
  expect(read({ sliding_window: null })).not.toHaveProperty('window');
});

it('names the output of every expert', () => {
  expect(mixtral.mlpOutputs(read(), 1)).toEqual(
    [0, 1, 2, 3].map((expert) => `model.layers.1.block_sparse_moe.experts.${expert}.w2.weight`),
  );
});

it('does not give a token more experts than there are', () => {
  expect(() => read({ num_experts_per_tok: 5 })).toThrow('num_experts_per_tok');
});
