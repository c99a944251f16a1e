import type { StoredTensor } from '@linchpin/safetensors';
import { describe, expect, it } from 'vitest';
import { knownNames } from './known-names.ts';

function rename(names: readonly string[], prefix: string | undefined = 'model.') {
  const stored = new Map(names.map((name) => [name, { name } as StoredTensor]));
  const { tensors, warnings } = knownNames(prefix === '' ? {} : { prefix }, stored);
  return { names: [...tensors.keys()], warnings };
}

const base = ['embed_tokens.weight', 'layers.0.mlp.up_proj.weight', 'norm.weight'];
const full = base.map((name) => `model.${name}`);

describe('knownNames', () => {
  it.each([
    ['no prefix', base],
    ['another name of the part', base.map((name) => `transformer.${name}`)],
    ['the prefix twice', base.map((name) => `model.model.${name}`)],
    ['a model with images', base.map((name) => `language_model.model.${name}`)],
    ['a model with images, as transformers 5 saves it', base.map((name) => `model.language_model.${name}`)],
    ['the names of the family', full],
  ])('finds the tensors behind %s', (_, names) => {
    expect(rename([...names, 'lm_head.weight'])).toEqual({ names: [...full, 'lm_head.weight'], warnings: [] });
  });

  it('finds the head of a model with images, and leaves its other parts alone', () => {
    const names = [...base.map((name) => `language_model.model.${name}`), 'language_model.lm_head.weight'];
    expect(rename([...names, 'vision_tower.layers.0.weight']).names).toEqual([
      ...full,
      'lm_head.weight',
      'vision_tower.layers.0.weight',
    ]);
  });

  it.each([
    ['the whole', full.map((name) => `_orig_mod.${name}`)],
    ['each layer', [full[0]!, 'model.layers.0._orig_mod.mlp.up_proj.weight', full[2]!]],
    ['the data-parallel', full.map((name) => `module.${name}`)],
    ['a compiled base', base.map((name) => `_orig_mod.${name}`)],
  ])('takes what a wrapper of %s model left off, and says so', (_, names) => {
    const { names: known, warnings } = rename(names);
    expect(known).toEqual(full);
    expect(warnings).toEqual([expect.stringMatching(/of 3 names have `(_orig_mod|module)\.` in them/)]);
  });

  it('takes only wrappers off where a family has prefixes of its own', () => {
    expect(rename(['_orig_mod.layers.0.x', 'embed_in.weight'], '').names).toEqual(['layers.0.x', 'embed_in.weight']);
  });

  it('lets two tensors that would have one name keep theirs', () => {
    expect(rename(['layers.0.x', 'model.norm.weight', 'norm.weight']).names).toEqual([
      'model.layers.0.x',
      'model.norm.weight',
      'norm.weight',
    ]);
  });
});
