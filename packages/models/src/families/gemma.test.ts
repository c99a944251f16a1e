import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { gemma } from './gemma.ts';

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
};

const read = (changes: Record<string, unknown> = {}) =>
  gemma.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: gemma,
  config: { ...required, model_type: 'gemma' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: gemma, config, tensors: tensorsByName(gemma, config) }, { readSites }),
});

describe('gemma', () => {
  it.each([
    { hidden_act: 'gelu', hidden_activation: null },
    { hidden_act: 'gelu_pytorch_tanh' },
    { hidden_activation: 'gelu_pytorch_tanh' },
  ])('takes $hidden_act, $hidden_activation for the approximation by tanh', (changes) => {
    expect(read(changes).activation).toBe('gelu_pytorch_tanh');
  });

  it('takes any other activation by its name', () => {
    expect(read({ hidden_act: 'relu', hidden_activation: 'silu' }).activation).toBe('relu');
  });

  it.each([
    { changes: { hidden_act: 'prelu' }, field: 'hidden_act' },
    { changes: { use_bidirectional_attention: true }, field: 'use_bidirectional_attention' },
  ])('refuses $changes', ({ changes, field }) => expectFieldRefused(() => read(changes), field));

  it('is tied unless the config says otherwise', () => {
    expect(read().headWeight).toBe('model.embed_tokens.weight');
    expect(read({ tie_word_embeddings: false }).headWeight).toBe('lm_head.weight');
  });

  it('has nothing folded into norms, whose weights are stored minus 1', () => {
    expect(gemma.linearFacts(read(), 'model.layers.0.mlp.gate_proj')).toEqual({ role: 'mlp-input' });
  });
});
