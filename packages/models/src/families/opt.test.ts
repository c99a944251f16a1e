import { tensorsByName, testModelFamily } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layCheckpoint } from '../lay-checkpoint.ts';
import { opt } from './opt.ts';

const required = {
  vocab_size: 16,
  hidden_size: 8,
  ffn_dim: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  max_position_embeddings: 32,
  activation_function: 'relu',
};
const postNorm = { do_layer_norm_before: false, word_embed_proj_dim: 4 };

const read = (changes: Record<string, unknown> = {}, stored: readonly string[] = []) =>
  opt.readConfig({ ...required, ...changes }, 'config.json', new Set(stored));

for (const changes of [{}, postNorm]) {
  testModelFamily({
    family: opt,
    config: { ...required, ...changes, model_type: 'opt' },
    required: Object.keys(required),
    lay: (config, readSites) =>
      layCheckpoint({ family: opt, config, tensors: tensorsByName(opt, config) }, { readSites }),
  });
}

const shapes = (changes: Record<string, unknown>) =>
  new Map(opt.tensors(read(changes)).map(({ name, shape }) => [name.replace('model.decoder.', ''), shape]));

describe('opt', () => {
  it('has a table of positions that is two rows longer than its context', () => {
    expect(shapes({}).get('embed_positions.weight')).toEqual([34, 8]);
  });

  it('projects embeddings of another width, and has no last norm where norms stand behind the blocks', () => {
    const tensors = shapes(postNorm);
    expect(tensors.get('embed_tokens.weight')).toEqual([16, 4]);
    expect(tensors.get('project_in.weight')).toEqual([8, 4]);
    expect(tensors.get('project_out.weight')).toEqual([4, 8]);
    expect(tensors.has('final_layer_norm.weight')).toBe(false);
    expect(shapes({}).has('final_layer_norm.weight')).toBe(true);
    expect(shapes({ _remove_final_layer_norm: true }).has('final_layer_norm.weight')).toBe(false);
  });

  it('goes without biases and without parameters of norms where the config says so', () => {
    const names = [...shapes({ enable_bias: false, layer_norm_elementwise_affine: false }).keys()];
    expect(names.filter((name) => name.endsWith('.bias') || name.includes('layer_norm'))).toEqual([]);
  });

  it('names no norm before products where its output is the residual stream', () => {
    expect(opt.linearFacts(read(), 'model.decoder.layers.0.fc1').normBias).toBe(true);
    expect(opt.linearFacts(read(postNorm), 'model.decoder.layers.0.fc1')).toEqual({ role: 'mlp-input' });
  });

  it('knows what older checkpoints carry along as leftovers', () => {
    for (const name of ['lm_head.weight', 'model.decoder.version']) expect(opt.isLeftover(name)).toBe(true);
    expect(opt.isLeftover('model.decoder.layers.0.fc1.bias')).toBe(false);
  });

  it.each([
    { stored: ['model.decoder.embed_tokens.weight'], prefix: 'model.decoder.' },
    { stored: ['decoder.embed_tokens.weight'], prefix: 'decoder.' },
    { stored: ['embed_tokens.weight'], prefix: '' },
  ])('has the names of $stored', ({ stored, prefix }) => expect(read({}, stored).prefix).toBe(prefix));

  it.each([
    { changes: { num_attention_heads: 3 }, field: 'num_attention_heads' },
    { changes: { activation_function: 'xielu' }, field: 'activation_function' },
    { changes: { do_layer_norm_before: 'no' }, field: 'do_layer_norm_before' },
  ])('refuses $changes', ({ changes, field }) => {
    expect(() => read(changes)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ subject: `config.json: ${field}` }) }),
    );
  });
});
