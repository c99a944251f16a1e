import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { gptNeox } from './gpt-neox.ts';

const required = {
  vocab_size: 16,
  hidden_size: 16,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  max_position_embeddings: 32,
  layer_norm_eps: 0.00001,
  hidden_act: 'gelu',
};

const read = (changes: Record<string, unknown> = {}, stored: readonly string[] = []) =>
  gptNeox.readConfig({ ...required, ...changes }, 'config.json', new Set(stored));

for (const changes of [{}, { use_parallel_residual: false }]) {
  testModelFamily({
    family: gptNeox,
    config: { ...required, ...changes, model_type: 'gpt_neox' },
    required: Object.keys(required),
    lay: (config, readSites) =>
      layCheckpoint({ family: gptNeox, config, tensors: tensorsByName(gptNeox, config) }, { readSites }),
  });
}

describe('gptNeox.readConfig', () => {
  it('takes what is not said for what the reference takes', () => {
    expect(read()).toMatchObject({
      attentionBias: true,
      isParallel: true,
      rope: { theta: 10_000, partialRotaryFactor: 0.25, scaling: { type: 'default' } },
      headWeight: 'embed_out.weight',
    });
  });

  it('reads rotary settings in its own names and in those of newer configs', () => {
    const rope = { theta: 500, partialRotaryFactor: 0.5 };
    expect(read({ rotary_pct: 0.5, rotary_emb_base: 500 }).rope).toMatchObject(rope);
    const newer = { rope_type: 'default', rope_theta: 500, partial_rotary_factor: 0.5 };
    expect(read({ rope_parameters: newer }).rope).toMatchObject(rope);
    const scaled = read({ rotary_pct: 0.5, rope_scaling: { type: 'linear', factor: 2 } });
    expect(scaled.rope).toMatchObject({ partialRotaryFactor: 0.5, scaling: { type: 'linear', factor: 2 } });
  });

  it('ties its embeddings only where it says so', () => {
    expect(read({ tie_word_embeddings: true }).headWeight).toBe('gpt_neox.embed_in.weight');
  });

  it.each([
    { changes: { rotary_pct: 0.375 }, field: 'rotary_pct' },
    { changes: { rotary_pct: 1.5 }, field: 'rotary_pct' },
    { changes: { num_attention_heads: 3 }, field: 'num_attention_heads' },
    { changes: { hidden_act: 'swoosh' }, field: 'hidden_act' },
  ])('refuses $changes', ({ changes, field }) => {
    expect(() => read(changes)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ subject: `config.json: ${field}` }) }),
    );
  });
});

it('knows what Pythia carries along as leftovers', () => {
  for (const name of ['bias', 'masked_bias', 'rotary_emb.inv_freq'])
    expect(gptNeox.isLeftover(`gpt_neox.layers.3.attention.${name}`)).toBe(true);
  expect(gptNeox.isLeftover('gpt_neox.layers.3.attention.dense.bias')).toBe(false);
});
