import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { phi3 } from './phi3.ts';

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
  phi3.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: phi3,
  config: { ...required, model_type: 'phi3' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: phi3, config, tensors: tensorsByName(phi3, config) }, { readSites }),
});

const factors = { short_factor: [1, 1.5], long_factor: [2, 4] };

describe('phi3.readConfig', () => {
  it('reads longrope with the original length outside of it, under its old names too', () => {
    for (const type of ['su', 'yarn', 'longrope']) {
      const { scaling } = read({ original_max_position_embeddings: 16, rope_scaling: { ...factors, type } }).rope;
      expect(scaling).toEqual({
        type: 'longrope',
        shortFactors: [1, 1.5],
        longFactors: [2, 4],
        originalContextLength: 16,
        attentionFactor: Math.sqrt(1 + Math.log(2) / Math.log(16)),
      });
    }
  });

  it('reads a window, and null as none', () => {
    expect(read({ sliding_window: 4 }).window).toBe(4);
    expect(read({ sliding_window: null }).window).toBeUndefined();
  });

  it.each([
    { changes: { rope_scaling: { ...factors, type: 'su' } }, field: 'rope_scaling.original_max_position_embeddings' },
    {
      changes: { original_max_position_embeddings: 16, rope_scaling: { ...factors, type: 'su', long_factor: [2] } },
      field: 'rope_scaling.long_factor',
    },
    { changes: { partial_rotary_factor: 0.3 }, field: 'partial_rotary_factor' },
    { changes: { attention_bias: true }, field: 'attention_bias' },
  ])('refuses $changes', ({ changes, field }) => expectFieldRefused(() => read(changes), field));
});

it('phi3 names the sites of queries, keys and values, which come out of one product', () => {
  const facts = phi3.linearFacts(read(), 'model.layers.0.self_attn.qkv_proj');
  const operands = ['query', 'key', 'value'].map((part) => `model.layers.0.self_attn.${part}`);
  expect(facts).toEqual({ role: 'query-key-value', norm: 'model.layers.0.input_layernorm', operands });
});
