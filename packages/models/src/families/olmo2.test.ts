import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { olmo2 } from './olmo2.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  max_position_embeddings: 32,
  rms_norm_eps: 0.00001,
  hidden_act: 'silu',
};

const read = (changes: Record<string, unknown> = {}) =>
  olmo2.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: olmo2,
  config: { ...required, model_type: 'olmo2' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: olmo2, config, tensors: tensorsByName(olmo2, config) }, { readSites }),
});

describe('olmo2', () => {
  it('has norms of all queries and of all keys, and no norm before a block', () => {
    const config = read({ num_key_value_heads: 1, mlp_bias: true });
    const shapes = new Map(olmo2.tensors(config).map(({ name, shape }) => [name, shape]));
    expect(shapes.get('model.layers.0.self_attn.q_norm.weight')).toEqual([8]);
    expect(shapes.get('model.layers.0.self_attn.k_norm.weight')).toEqual([4]);
    expect(shapes.has('model.layers.0.input_layernorm.weight')).toBe(false);
    expect(olmo2.linearFacts(config, 'model.layers.0.mlp.up_proj')).toEqual({ role: 'mlp-input' });
  });

  it('has no biases in the MLP, whatever the config says', () => {
    expect(olmo2.tensors(read({ mlp_bias: true })).filter(({ name }) => name.endsWith('.bias'))).toEqual([]);
  });

  it('refuses an activation with weights of its own', () =>
    expectFieldRefused(() => read({ hidden_act: 'xielu' }), 'hidden_act'));
});
