import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { orientTensors } from '../orient-tensors.ts';
import { gpt2 } from './gpt2.ts';

const required = { vocab_size: 16, n_embd: 8, n_layer: 2, n_head: 2, n_positions: 32, layer_norm_epsilon: 0.00001 };

const read = (changes: Record<string, unknown> = {}, stored: readonly string[] = []) =>
  gpt2.readConfig({ ...required, ...changes }, 'config.json', new Set(stored));

testModelFamily({
  family: gpt2,
  config: { ...required, model_type: 'gpt2' },
  required: Object.keys(required),
  lay: (config, readSites) => {
    const tensors = orientTensors(gpt2.tensors(config), tensorsByName(gpt2, config));
    return layCheckpoint({ family: gpt2, config, tensors }, { readSites });
  },
});

describe('gpt2.readConfig', () => {
  it('takes what is not said for what GPT-2 was', () => {
    expect(read({ n_inner: null })).toMatchObject({
      innerSize: 32,
      activation: 'gelu_new',
      scaleByHeadSize: true,
      scaleByLayer: false,
      embeddingWeight: 'transformer.wte.weight',
      headWeight: 'transformer.wte.weight',
    });
  });

  it('reads the names of newer families for the same fields, which must not contradict', () => {
    const { n_embd: _, ...rest } = required;
    expect(gpt2.readConfig({ ...rest, hidden_size: 12 }, 'config.json', new Set()).hiddenSize).toBe(12);
    expect(read({ hidden_size: 8 }).hiddenSize).toBe(8);
    expectFieldRefused(() => read({ hidden_size: 12 }), 'hidden_size');
  });

  it.each([
    { stored: ['transformer.wte.weight', 'lm_head.weight'], prefix: 'transformer.' },
    { stored: ['wte.weight', 'h.0.attn.bias'], prefix: '' },
  ])('has the names of $stored', ({ stored, prefix }) => {
    expect(read({}, stored)).toMatchObject({ prefix, headWeight: `${prefix}wte.weight` });
    expect(read({ tie_word_embeddings: false }, stored).headWeight).toBe('lm_head.weight');
  });

  it.each([
    { changes: { n_head: 3 }, field: 'n_head' },
    { changes: { activation_function: 'swoosh' }, field: 'activation_function' },
    { changes: { add_cross_attention: true }, field: 'add_cross_attention' },
  ])('refuses $changes', ({ changes, field }) => expectFieldRefused(() => read(changes), field));
});

it('stores matrices [in, out], and knows masks and the copy of the tied matrix as leftovers', () => {
  const tensors = new Map(gpt2.tensors(read()).map((tensor) => [tensor.name, tensor]));
  expect(tensors.get('transformer.h.1.attn.c_attn.weight')).toMatchObject({ shape: [8, 24], transposed: true });
  expect(tensors.get('transformer.h.1.mlp.c_fc.weight')).toMatchObject({ shape: [8, 32], transposed: true });
  for (const name of ['h.0.attn.bias', 'transformer.h.1.attn.masked_bias', 'lm_head.weight'])
    expect(gpt2.isLeftover(name)).toBe(true);
  expect(gpt2.isLeftover('h.0.attn.c_attn.bias')).toBe(false);
});
