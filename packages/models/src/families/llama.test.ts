import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { llama } from './llama.ts';

const minimal = {
  model_type: 'llama',
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  max_position_embeddings: 32,
  rms_norm_eps: 1e-5,
  hidden_act: 'silu',
};
const { model_type: _, ...required } = minimal;
const [embedding, head] = ['model.embed_tokens.weight', 'lm_head.weight'];

const read = (changes: Record<string, unknown> = {}, stored: readonly string[] = [embedding, head]) =>
  llama.readConfig({ ...minimal, ...changes }, 'config.json', new Set(stored));

const shapes = (changes: Record<string, unknown>) =>
  Object.fromEntries(llama.tensors(read(changes)).map(({ name, shape }) => [name, shape]));

testModelFamily({
  family: llama,
  config: minimal,
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: llama, config, tensors: tensorsByName(llama, config) }, { readSites }),
});

describe('llama.readConfig', () => {
  it('takes what LLaMA 1 does not write for what it was then', () => {
    expect(read()).toMatchObject({
      layers: 1,
      hiddenSize: 8,
      vocabularySize: 16,
      contextLength: 32,
      heads: 2,
      keyValueHeads: 2,
      headSize: 4,
      intermediateSize: 12,
      normEpsilon: 1e-5,
      attentionBias: false,
      mlpBias: false,
      rope: { theta: 10_000, scaling: { type: 'default' } },
    });
  });

  it('reads an explicit head size, and null as absent', () => {
    expect(read({ head_dim: 6, num_key_value_heads: 1 })).toMatchObject({ headSize: 6, keyValueHeads: 1 });
    expect(read({ head_dim: null, num_key_value_heads: null, rope_scaling: null })).toMatchObject({
      headSize: 4,
      keyValueHeads: 2,
    });
    expect(read({ head_dim: 4, num_attention_heads: 3 }).headSize).toBe(4);
  });

  it.each([
    { tie: true, stored: [embedding], weights: [embedding, embedding] },
    { tie: true, stored: [head], weights: [head, head] },
    { tie: true, stored: [embedding, head], weights: [embedding, embedding] },
    { tie: undefined, stored: [embedding], weights: [embedding, embedding] },
    { tie: undefined, stored: [embedding, head], weights: [embedding, head] },
    { tie: false, stored: [embedding, head], weights: [embedding, head] },
    { tie: false, stored: [embedding], weights: [embedding, head] },
  ])('tie_word_embeddings $tie with $stored: $weights', ({ tie, stored, weights }) => {
    const config = read({ tie_word_embeddings: tie }, stored);
    expect([config.embeddingWeight, config.headWeight]).toEqual(weights);
    expect(config.tiedEmbeddings).toBe(weights[0] === weights[1]);
  });

  it.each([
    { changes: { hidden_size: '8' }, field: 'hidden_size', found: '"8"' },
    { changes: { hidden_size: 8.5 }, field: 'hidden_size', found: '8.5' },
    { changes: { num_hidden_layers: 0 }, field: 'num_hidden_layers', found: '0' },
    { changes: { num_attention_heads: 3 }, field: 'num_attention_heads', found: '3' },
    { changes: { num_attention_heads: 4, num_key_value_heads: 3 }, field: 'num_key_value_heads', found: '3' },
    { changes: { num_attention_heads: 8 }, field: 'num_attention_heads', found: '8' },
    { changes: { head_dim: 5 }, field: 'head_dim', found: '5' },
    { changes: { hidden_act: 'swoosh' }, field: 'hidden_act', found: '"swoosh"' },
    { changes: { hidden_act: 'prelu' }, field: 'hidden_act', found: '"prelu"' },
    { changes: { rms_norm_eps: -1 }, field: 'rms_norm_eps', found: '-1' },
    { changes: { attention_bias: 'no' }, field: 'attention_bias', found: '"no"' },
    { changes: { tie_word_embeddings: 1 }, field: 'tie_word_embeddings', found: '1' },
    { changes: { partial_rotary_factor: 0.5 }, field: 'partial_rotary_factor', found: '0.5' },
  ])('refuses $changes', ({ changes, field, found }) => {
    expect(() => read(changes)).toThrow(
      expect.objectContaining({
        code: 'models/config-field-invalid',
        problem: expect.objectContaining({ subject: `config.json: ${field}`, found }),
      }),
    );
  });
});

describe('llama.tensors', () => {
  it('gives the shapes that follow from the config', () => {
    expect(shapes({ num_key_value_heads: 1, head_dim: 6, tie_word_embeddings: false })).toEqual({
      'model.embed_tokens.weight': [16, 8],
      'lm_head.weight': [16, 8],
      'model.layers.0.input_layernorm.weight': [8],
      'model.layers.0.post_attention_layernorm.weight': [8],
      'model.layers.0.self_attn.q_proj.weight': [12, 8],
      'model.layers.0.self_attn.k_proj.weight': [6, 8],
      'model.layers.0.self_attn.v_proj.weight': [6, 8],
      'model.layers.0.self_attn.o_proj.weight': [8, 12],
      'model.layers.0.mlp.gate_proj.weight': [12, 8],
      'model.layers.0.mlp.up_proj.weight': [12, 8],
      'model.layers.0.mlp.down_proj.weight': [8, 12],
      'model.norm.weight': [8],
    });
  });

  it('has biases where the config says so', () => {
    const biases = Object.entries(shapes({ attention_bias: true, mlp_bias: true, num_key_value_heads: 1 })).filter(
      ([name]) => name.endsWith('.bias'),
    );
    expect(biases.map(([name, shape]) => [name.replace('model.layers.0.', ''), ...shape])).toEqual([
      ['self_attn.q_proj.bias', 8],
      ['self_attn.k_proj.bias', 4],
      ['self_attn.v_proj.bias', 4],
      ['self_attn.o_proj.bias', 8],
      ['mlp.gate_proj.bias', 12],
      ['mlp.up_proj.bias', 12],
      ['mlp.down_proj.bias', 8],
    ]);
  });

  it('knows the frequencies that old checkpoints carry along as leftovers', () => {
    expect(llama.isLeftover('model.layers.31.self_attn.rotary_emb.inv_freq')).toBe(true);
    expect(llama.isLeftover('model.rotary_emb.inv_freq')).toBe(true);
    expect(llama.isLeftover('model.layers.0.mlp.extra_proj.weight')).toBe(false);
  });
});
