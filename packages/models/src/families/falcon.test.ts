import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { falcon } from './falcon.ts';

const required = {
  vocab_size: 16,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  layer_norm_epsilon: 0.00001,
};
const rw = { alibi: true, multi_query: false, parallel_attn: false, bias: true };
const large = { new_decoder_architecture: true, num_kv_heads: 2 };

const read = (changes: Record<string, unknown> = {}) =>
  falcon.readConfig({ ...required, ...changes }, 'config.json', new Set());

for (const changes of [{}, rw, large, { ...large, num_ln_in_parallel_attn: 1 }]) {
  testModelFamily({
    family: falcon,
    config: { ...required, ...changes, model_type: 'falcon' },
    required: Object.keys(required),
    lay: (config, readSites) =>
      layCheckpoint({ family: falcon, config, tensors: tensorsByName(falcon, config) }, { readSites }),
  });
}

const shapes = (changes: Record<string, unknown>) =>
  new Map(falcon.tensors(read(changes)).map(({ name, shape }) => [name.replace('transformer.h.0.', ''), shape]));
const normsOf = (changes: Record<string, unknown>) =>
  [...shapes(changes).keys()].filter((name) => /^(?:input_|post_attention_)?l(?:ayernorm|n_\w+)\.weight$/.test(name));

describe('falcon', () => {
  it.each([
    { changes: {}, rows: 24, norms: ['input_layernorm.weight'] },
    { changes: rw, rows: 48, norms: ['input_layernorm.weight', 'post_attention_layernorm.weight'] },
    { changes: large, rows: 32, norms: ['ln_attn.weight', 'ln_mlp.weight'] },
    { changes: { ...large, num_ln_in_parallel_attn: 1 }, rows: 32, norms: ['input_layernorm.weight'] },
  ])('has the fused rows and the norms of $changes', ({ changes, rows, norms }) => {
    expect(shapes(changes).get('self_attention.query_key_value.weight')).toEqual([rows, 16]);
    expect(normsOf(changes)).toEqual(norms);
  });

  it('takes what is not said for what the reference takes', () => {
    expect(read()).toMatchObject({ contextLength: 2048, innerSize: 64, activation: 'gelu', keyValueHeads: 1 });
    expect(read({ new_decoder_architecture: true }).keyValueHeads).toBe(4);
    expect(read({ max_position_embeddings: 64, ffn_hidden_size: 20, activation: 'relu', n_embed: 16 })).toMatchObject({
      contextLength: 64,
      innerSize: 20,
      activation: 'relu',
    });
  });

  it('rotates nothing where it has ALiBi, and heads of an odd size are allowed then', () => {
    expect(read(rw).rope).toBeUndefined();
    expect(read({ ...rw, hidden_size: 12 }).headSize).toBe(3);
    expect(read({ rope_theta: 500 }).rope?.theta).toBe(500);
  });

  it.each([
    { changes: { hidden_size: 12 }, field: 'num_attention_heads' },
    { changes: { ...large, parallel_attn: false }, field: 'parallel_attn' },
    { changes: { ...large, num_kv_heads: 3 }, field: 'num_kv_heads' },
    { changes: { ...rw, num_kv_heads: 2 }, field: 'num_kv_heads' },
    { changes: { num_ln_in_parallel_attn: 2 }, field: 'num_ln_in_parallel_attn' },
    { changes: { ...large, num_ln_in_parallel_attn: 3 }, field: 'num_ln_in_parallel_attn' },
    { changes: { activation: 'swoosh' }, field: 'activation' },
  ])('refuses $changes', ({ changes, field }) => {
    expect(() => read(changes)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ subject: `config.json: ${field}` }) }),
    );
  });
});

it('knows masks and the copy of the tied matrix as leftovers', () => {
  const mask = 'transformer.h.0.self_attention.scale_mask_softmax.causal_mask';
  for (const name of [mask, 'lm_head.weight']) expect(falcon.isLeftover(name)).toBe(true);
  expect(falcon.isLeftover('transformer.h.0.self_attention.dense.bias')).toBe(false);
});
