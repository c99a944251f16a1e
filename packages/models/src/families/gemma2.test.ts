import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { gemma2 } from './gemma2.ts';

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
  attn_logit_softcapping: 50,
  final_logit_softcapping: 30,
};

const read = (changes: Record<string, unknown> = {}) =>
  gemma2.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: gemma2,
  config: { ...required, model_type: 'gemma2' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: gemma2, config, tensors: tensorsByName(gemma2, config) }, { readSites }),
});

describe('gemma2.readConfig', () => {
  it('has a window in every other layer, or where the kinds of the layers say so', () => {
    expect(read().windows).toEqual([4, undefined]);
    expect(read({ layer_types: ['full_attention', 'sliding_attention'] }).windows).toEqual([undefined, 4]);
  });

  it('reads the scale and the caps, and null caps as none', () => {
    expect(read()).toMatchObject({ scoreScale: 0.25, scoreCap: 50, logitCap: 30 });
    const uncapped = read({ attn_logit_softcapping: null, final_logit_softcapping: null });
    expect([uncapped.scoreCap, uncapped.logitCap]).toEqual([undefined, undefined]);
  });

  it.each([
    { changes: { layer_types: ['full_attention', 'chunked_attention'] }, field: 'layer_types.1' },
    { changes: { attn_logit_softcapping: 0 }, field: 'attn_logit_softcapping' },
    { changes: { use_bidirectional_attention: true }, field: 'use_bidirectional_attention' },
  ])('refuses $changes', ({ changes, field }) => expectFieldRefused(() => read(changes), field));
});
