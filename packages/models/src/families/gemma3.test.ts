import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { gemma3 } from './gemma3.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  max_position_embeddings: 32,
  rms_norm_eps: 0.00001,
  num_key_value_heads: 1,
  head_dim: 6,
  sliding_window: 4,
  query_pre_attn_scalar: 16,
};

const read = (changes: Record<string, unknown> = {}) =>
  gemma3.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: gemma3,
  config: { ...required, model_type: 'gemma3_text' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: gemma3, config, tensors: tensorsByName(gemma3, config) }, { readSites }),
});

describe('gemma3.readConfig', () => {
  it('has a full layer where the pattern ends, every sixth one where it is silent', () => {
    const six = { num_hidden_layers: 6 };
    expect(read({ ...six, sliding_window_pattern: 3 }).windows).toEqual([4, 4, undefined, 4, 4, undefined]);
    expect(read(six).windows).toEqual([4, 4, 4, 4, 4, undefined]);
    expect(read({ layer_types: ['full_attention', 'sliding_attention'] }).windows).toEqual([undefined, 4]);
  });

  it('scales the positions of full layers alone, in both spellings', () => {
    const scaled = { theta: 5000, scaling: { type: 'linear', factor: 8 } };
    const plain = { theta: 100, scaling: { type: 'default' } };
    const linear = { rope_type: 'linear', factor: 8 };
    const old = { rope_theta: 5000, rope_local_base_freq: 100, rope_scaling: linear };
    const full = { ...linear, rope_theta: 5000 };
    const sliding = { rope_type: 'default', rope_theta: 100 };
    for (const changes of [old, { rope_parameters: { full_attention: full, sliding_attention: sliding } }])
      expect(read(changes).ropes).toMatchObject({ full: scaled, windowed: plain });
    expect(read().ropes).toMatchObject({ full: { theta: 1e6 }, windowed: { theta: 1e4 } });
  });

  it.each([
    { changes: { attn_logit_softcapping: 50 }, field: 'attn_logit_softcapping' },
    { changes: { use_bidirectional_attention: true }, field: 'use_bidirectional_attention' },
    { changes: { rope_parameters: { rope_type: 'default' } }, field: 'rope_parameters' },
    { changes: { sliding_window: null }, field: 'sliding_window' },
  ])('refuses $changes', ({ changes, field }) => expectFieldRefused(() => read(changes), field));
});
