import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { qwen3Moe } from './qwen3-moe.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 6,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  num_experts: 4,
  num_experts_per_tok: 2,
  moe_intermediate_size: 6,
};

testModelFamily({
  family: qwen3Moe,
  config: { model_type: 'qwen3_moe', ...required },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: qwen3Moe, config, tensors: tensorsByName(qwen3Moe, config) }, { readSites }),
});

it('has an ordinary MLP in the layers that the config lists', () => {
  const config = qwen3Moe.readConfig({ ...required, mlp_only_layers: [1] }, 'config.json', new Set());
  expect(qwen3Moe.mlpOutputs(config, 0).length).toBe(4);
  expect(qwen3Moe.mlpOutputs(config, 1)).toEqual(['model.layers.1.mlp.down_proj.weight']);
});

it('has a window in every layer where it is switched on, whatever max_window_layers says', () => {
  const windowed = { use_sliding_window: true, sliding_window: 16, max_window_layers: 1 };
  const { windows } = qwen3Moe.readConfig({ ...required, ...windowed }, 'config.json', new Set());
  expect(windows).toEqual([16, 16]);
});
