import { expectFieldRefused, tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { olmo } from './olmo.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  max_position_embeddings: 32,
  hidden_act: 'silu',
};

const read = (changes: Record<string, unknown> = {}) =>
  olmo.readConfig({ ...required, ...changes }, 'config.json', new Set());

testModelFamily({
  family: olmo,
  config: { ...required, model_type: 'olmo' },
  required: Object.keys(required),
  lay: (config, readSites) =>
    layCheckpoint({ family: olmo, config, tensors: tensorsByName(olmo, config) }, { readSites }),
});

describe('olmo', () => {
  it('reads a bound, and null as none', () => {
    expect(read({ clip_qkv: 8 }).clip).toBe(8);
    expect(read({ clip_qkv: null }).clip).toBeUndefined();
    expectFieldRefused(() => read({ clip_qkv: -1 }), 'clip_qkv');
  });

  it('has no weights of norms, into which nothing can be folded', () => {
    const config = read();
    expect(olmo.tensors(config).filter(({ name }) => name.includes('norm'))).toEqual([]);
    expect(olmo.linearFacts(config, 'model.layers.0.self_attn.q_proj')).toEqual({ role: 'query' });
  });
});
