import type { ModelFamily } from '@linchpin/plugin-api';
import type { StoredTensor } from '@linchpin/safetensors';
import { describe, expect, it } from 'vitest';
import { llama } from './families/llama.ts';
import { validateTensors } from './validate-tensors.ts';

/** A family whose only tensors are a matrix and a vector. */
const family: ModelFamily = {
  ...llama,
  tensors: () => [
    { name: 'layers.0.matrix', shape: [2, 3] },
    { name: 'norm', shape: [2] },
  ],
  isLeftover: (name) => name === 'leftover',
};
const config = { layers: 1, hiddenSize: 2, vocabularySize: 1, contextLength: 1 };

function validate(changes: Readonly<Record<string, Partial<StoredTensor> | undefined>>): string[] {
  const all: Record<string, Partial<StoredTensor> | undefined> = {
    'layers.0.matrix': { shape: [2, 3] },
    norm: { shape: [2] },
    ...changes,
  };
  const tensors = Object.entries(all).flatMap(([name, change]): [string, StoredTensor][] =>
    change === undefined
      ? []
      : [[name, { name, dtype: 'F32', shape: [], file: '/m/model.safetensors', offset: 0, length: 0, ...change }]],
  );
  return validateTensors(family, config, { tensors: new Map(tensors), weightsFile: '/m/model.safetensors' });
}

describe('validateTensors', () => {
  it('names the axes of a matrix that its family stores [in, out]', () => {
    const turned: ModelFamily = { ...family, tensors: () => [{ name: 'w', shape: [3, 2], transposed: true }] };
    const stored = { name: 'w', dtype: 'F32', shape: [2, 3], file: '/m/model.safetensors', offset: 0, length: 24 };
    const checkpoint = { tensors: new Map([['w', stored]]), weightsFile: stored.file };
    expect(() => validateTensors(turned, config, checkpoint)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          found: 'the shape [2, 3], the transpose',
          expected: '[3, 2], as config.json says',
          action: 'Store the matrix as [input, output].',
        }),
      }),
    );
  });

  it('has nothing to say about what fits, leftovers of any type included', () => {
    expect(validate({ norm: { shape: [2], dtype: 'BF16' }, leftover: { dtype: 'I64' } })).toEqual([]);
  });

  it.each([
    {
      title: 'an absent tensor',
      changes: { norm: undefined },
      problem: {
        code: 'models/tensor-absent',
        subject: '/m/model.safetensors: norm',
        expected: expect.stringContaining('[2]'),
      },
    },
    {
      title: 'several absent tensors',
      changes: { norm: undefined, 'layers.0.matrix': undefined },
      problem: {
        code: 'models/tensor-absent',
        subject: '/m/model.safetensors: layers.0.matrix',
        found: expect.stringContaining('nor norm'),
      },
    },
    {
      title: 'another shape',
      changes: { norm: { shape: [2, 1] } },
      problem: { code: 'models/tensor-shape', found: 'the shape [2, 1]', expected: '[2], as config.json says' },
    },
    {
      title: 'a transposed matrix',
      changes: { 'layers.0.matrix': { shape: [3, 2] } },
      problem: {
        code: 'models/tensor-shape',
        found: 'the shape [3, 2], the transpose',
        expected: '[2, 3], as config.json says',
        action: 'Store the matrix as [output, input].',
      },
    },
    {
      title: 'an integer matrix',
      changes: { 'layers.0.matrix': { shape: [2, 3], dtype: 'I32' } },
      problem: { code: 'models/tensor-dtype', found: 'the dtype I32', expected: 'F32, F16, BF16' },
    },
    {
      title: 'a type of the format that is not executed',
      changes: { norm: { shape: [2], dtype: 'F64' } },
      problem: { code: 'models/tensor-dtype', found: 'the dtype F64' },
    },
  ])('refuses $title', ({ changes, problem }) => {
    expect(() => validate(changes)).toThrow(expect.objectContaining({ problem: expect.objectContaining(problem) }));
  });

  it('warns about tensors that nothing uses, the first few by name', () => {
    expect(validate({ extra: {}, 'layers.0.a': {}, 'layers.0.b': {}, 'layers.0.c': {}, 'layers.0.d': {} })).toEqual([
      '/m/model.safetensors: unknown tensors are not used: extra, layers.0.a, layers.0.b and 2 more.',
    ]);
  });

  it('warns about layers that the config does not have', () => {
    expect(validate({ 'layers.2.matrix': {}, 'layers.10.matrix': {}, 'layers.1.norm': {} })).toEqual([
      '/m/model.safetensors: tensors of layer 1, 2, 10 of a model whose config has 1 layers are not used: layers.2.matrix, layers.10.matrix, layers.1.norm.',
    ]);
  });
});
