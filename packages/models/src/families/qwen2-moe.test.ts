import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { qwen2Moe } from './qwen2-moe.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 4,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
  num_experts: 4,
  num_experts_per_tok: 2,
  moe_intermediate_size: 6,
  shared_expert_intermediate_size: 10,
};

const read = (changes: Record<string, unknown> = {}) =>
  qwen2Moe.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: qwen2Moe,
  config: { model_type: 'qwen2_moe', ...required },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: qwen2Moe, config, tensors: tensorsByName(qwen2Moe, config) }, { readSites }),
});

it.each([
  { fields: {}, sparse: [0, 1, 2, 3] },
  { fields: { decoder_sparse_step: 2 }, sparse: [1, 3] },
  { fields: { mlp_only_layers: [1, 2] }, sparse: [0, 3] },
])('has experts in layers $sparse with $fields', ({ fields, sparse }) => {
  const config = read(fields);
  const counts = [0, 1, 2, 3].map((layer) => qwen2Moe.mlpOutputs(config, layer).length);
  // The shared expert is the last of a layer's.
  expect(counts).toEqual([0, 1, 2, 3].map((layer) => (sparse.includes(layer) ? 5 : 1)));
});

it('has no biases on queries, keys and values where the config says so', () => {
  const names = qwen2Moe.tensors(read({ qkv_bias: false })).map(({ name }) => name);
  expect(names.filter((name) => name.endsWith('.bias'))).toEqual([]);
});

it('has a window in every other layer before max_window_layers, where it is switched on', () => {
  const windowed = { use_sliding_window: true, sliding_window: 16, max_window_layers: 3 };
  expect(read(windowed).windows).toEqual([16, undefined, 16, undefined]);
  expect(read({ ...windowed, use_sliding_window: false }).windows).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
