import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { qwen2 } from './qwen2.ts';

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
};

const read = (changes: Record<string, unknown> = {}) =>
  qwen2.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: qwen2,
  config: { ...required, model_type: 'qwen2' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: qwen2, config, tensors: tensorsByName(qwen2, config) }, { readSites }),
});

describe('qwen2.readConfig', () => {
  const windowed = { use_sliding_window: true, sliding_window: 4, max_window_layers: 1 };

  it('has no window unless it is switched on, whatever else is said of it', () => {
    expect(read({ sliding_window: 4, max_window_layers: 0 }).windows).toEqual([undefined, undefined]);
    expect(read({ ...windowed, sliding_window: null }).windows).toEqual([undefined, undefined]);
    expect(read({ ...windowed, use_sliding_window: false }).windows).toEqual([undefined, undefined]);
    expect(read({ sliding_window: 4, layer_types: ['sliding_attention', 'full_attention'] }).windows).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('has windows from the given layer on, or where the kinds of the layers say so', () => {
    expect(read(windowed).windows).toEqual([undefined, 4]);
    const kinds = { ...windowed, max_window_layers: undefined, layer_types: ['sliding_attention', 'full_attention'] };
    expect(read(kinds).windows).toEqual([4, undefined]);
  });

  it.each([
    { changes: { ...windowed, max_window_layers: undefined }, field: 'max_window_layers' },
    { changes: { ...windowed, sliding_window: undefined }, field: 'sliding_window' },
    { changes: { ...windowed, layer_types: ['full_attention'] }, field: 'layer_types' },
    { changes: { use_sliding_window: 'no' }, field: 'use_sliding_window' },
  ])('refuses $changes', ({ changes, field }) => expectFieldRefused(() => read(changes), field));
});

it('qwen2 has biases on queries, keys and values alone', () => {
  const names = qwen2.tensors(read({ num_hidden_layers: 1 })).map(({ name }) => name);
  const biases = names.filter((name) => name.endsWith('.bias'));
  expect(biases).toEqual(['q', 'k', 'v'].map((part) => `model.layers.0.self_attn.${part}_proj.bias`));
});
