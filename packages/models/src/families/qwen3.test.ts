import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { qwen3 } from './qwen3.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  max_position_embeddings: 32,
  rms_norm_eps: 0.00001,
  hidden_act: 'silu',
  num_key_value_heads: 1,
  head_dim: 6,
};

const read = (changes: Record<string, unknown> = {}) =>
  qwen3.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: qwen3,
  config: { ...required, model_type: 'qwen3' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: qwen3, config, tensors: tensorsByName(qwen3, config) }, { readSites }),
});

describe('qwen3', () => {
  it('has norms of the size of a head, and biases where the config says so', () => {
    const shapes = new Map(qwen3.tensors(read({ attention_bias: true })).map(({ name, shape }) => [name, shape]));
    expect(shapes.get('model.layers.1.self_attn.q_norm.weight')).toEqual([6]);
    expect(shapes.get('model.layers.1.self_attn.k_norm.weight')).toEqual([6]);
    expect(shapes.get('model.layers.1.self_attn.o_proj.bias')).toEqual([8]);
  });

  it('has the windows of Qwen2', () => {
    expect(read({ use_sliding_window: true, sliding_window: 4, max_window_layers: 1 }).windows).toEqual([undefined, 4]);
  });

  it('refuses heads that cannot be rotated', () => expectFieldRefused(() => read({ head_dim: 5 }), 'head_dim'));
});
