import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { mistral } from './mistral.ts';

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
  sliding_window: 4,
};

const read = (changes: Record<string, unknown> = {}) =>
  mistral.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: mistral,
  config: { ...required, model_type: 'mistral' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: mistral, config, tensors: tensorsByName(mistral, config) }, { readSites }),
});

describe('mistral.readConfig', () => {
  it('reads a window, and null as none', () => {
    expect(read().windows).toEqual([4, 4]);
    expect(read({ sliding_window: null }).windows).toEqual([undefined, undefined]);
    expect(read({ layer_types: ['full_attention', 'sliding_attention'] }).windows).toEqual([undefined, 4]);
  });

  it('reads null key and value heads as one a query head', () => {
    expect(read({ num_key_value_heads: null }).keyValueHeads).toBe(2);
  });

  it.each([
    { changes: { sliding_window: 0 }, field: 'sliding_window' },
    {
      changes: { sliding_window: null, layer_types: ['full_attention', 'sliding_attention'] },
      field: 'sliding_window',
    },
    { changes: { hidden_act: 'prelu' }, field: 'hidden_act' },
    { changes: { partial_rotary_factor: 0.5 }, field: 'partial_rotary_factor' },
  ])('refuses $changes', ({ changes, field }) => expectFieldRefused(() => read(changes), field));
});
