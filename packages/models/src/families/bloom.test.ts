import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { bloom } from './bloom.ts';

const required = { vocab_size: 16, hidden_size: 9, n_layer: 2, n_head: 3, layer_norm_epsilon: 0.00001 };

const read = (changes: Record<string, unknown> = {}, stored: readonly string[] = []) =>
  bloom.readConfig({ ...required, ...changes }, 'config.json', new Set(stored));

testModelFamily({
  family: bloom,
  config: { ...required, model_type: 'bloom' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: bloom, config, tensors: tensorsByName(bloom, config) }, { readSites }),
});

describe('bloom.readConfig', () => {
  it('takes the context from seq_length, or that of the published models', () => {
    expect(read().contextLength).toBe(2048);
    expect(read({ seq_length: 64 }).contextLength).toBe(64);
  });

  it('reads the other names that its fields have had', () => {
    const others = { vocab_size: 16, n_embed: 9, num_hidden_layers: 2, num_attention_heads: 3, layer_norm_epsilon: 1 };
    expect(bloom.readConfig(others, 'config.json', new Set())).toMatchObject({ hiddenSize: 9, layers: 2, heads: 3 });
  });

  it('has the names of what is stored', () => {
    expect(read({}, ['word_embeddings.weight']).headWeight).toBe('word_embeddings.weight');
    expect(read({}, ['transformer.ln_f.bias']).headWeight).toBe('transformer.word_embeddings.weight');
    expect(read({ tie_word_embeddings: false }).headWeight).toBe('lm_head.weight');
  });

  it('names no norm before the products where its output goes elsewhere too', () => {
    const module = 'transformer.h.0.mlp.dense_h_to_4h';
    expect(bloom.linearFacts(read(), module).norm).toBe('transformer.h.0.post_attention_layernorm');
    const changed = read({ apply_residual_connection_post_layernorm: true });
    expect(bloom.linearFacts(changed, module)).toEqual({ role: 'mlp-input' });
  });

  it.each([
    { changes: { n_head: 2 }, field: 'n_head' },
    { changes: { n_embed: 12 }, field: 'n_embed' },
    { changes: { slow_but_exact: true, pretraining_tp: 4 }, field: 'slow_but_exact' },
  ])('refuses $changes', ({ changes, field }) => {
    expect(() => read(changes)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ subject: `config.json: ${field}` }) }),
    );
  });

  it('reads the slow path where it is the same', () => {
    expect(read({ slow_but_exact: true, pretraining_tp: 1 }).layers).toBe(2);
  });
});

it('knows masks and the copy of the tied matrix as leftovers', () => {
  const mask = 'transformer.h.0.self_attention.scale_mask_softmax.causal_mask';
  for (const name of [mask, 'lm_head.weight']) expect(bloom.isLeftover(name)).toBe(true);
  expect(bloom.isLeftover('transformer.h.0.self_attention.dense.bias')).toBe(false);
});
