import type { Json, ModelFacts } from '@linchpin/plugin-api';
import { expectProblem, testIntervention, toyModel } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { plugin } from './plugin.ts';
import { presets } from './presets.ts';
import { quantizeWeights } from './quantize-weights.ts';

const superWeight = { layer: 0, row: 1, column: 2 };

testIntervention({
  plugin,
  // A block of a single weight has one value, and stays as it is.
  neutral: () => quantizeWeights({ bits: 8, block: 1 }),
  active: { bits: 3, block: 'channel' },
  superWeights: [superWeight],
  allOptions: {
    preset: 'ours',
    bits: 3,
    block: '4x4',
    clipping: { method: 'iqr', value: 1.5 },
    levels: 'normal_float',
    arithmetic: 'float16',
    indivisible: 'whole-matrix',
    restoreSuperWeights: ['1:0:0'],
  },
  usesSuperWeights: false,
  changes: ['layers.0.up.weight', 'layers.0.down.weight', 'layers.1.up.weight', 'layers.1.down.weight'],
});

async function create(options: Json, superWeights: ModelFacts['superWeights'] = () => [superWeight]) {
  const checked = await plugin.schema['~standard'].validate(options);
  if (checked.issues !== undefined) throw new Error(checked.issues[0]?.message);
  return plugin.create(checked.value, {
    superWeights,
    calibration: () => {
      throw new Error('not asked for');
    },
    exactIntegers: true,
  });
}

describe('quantizeWeights', () => {
  const down = 'layers.0.down.weight';
  const at = superWeight.row * 8 + superWeight.column;

  it('puts the super weight back and nothing else', () => {
    const [without, restored, original] = [toyModel(), toyModel(), toyModel()];
    void quantizeWeights({ bits: 2, block: 'tensor' }).edit(without.model);
    void quantizeWeights({ bits: 2, block: 'tensor', restore: [superWeight] }).edit(restored.model);
    const expected = without.weights().get(down)!.slice();
    expect(expected[at]).not.toBe(original.weights().get(down)![at]);
    expected[at] = original.weights().get(down)![at]!;
    expect(restored.weights().get(down)).toEqual(expected);
  });

  it('says that a super weight is put back without effect where it is the largest of its block', () => {
    const largest = toyModel();
    largest.model.weight(down).set(superWeight.row, superWeight.column, 100);
    void quantizeWeights({ bits: 4, block: 'channel', restore: [superWeight] }).edit(largest.model);
    expect(largest.remarks).toEqual([expect.stringContaining(`restores ${down}[1, 2] without effect`)]);
    const within = toyModel();
    void quantizeWeights({ bits: 2, block: 'tensor', restore: [superWeight] }).edit(within.model);
    expect(within.remarks).toEqual([]);
  });

  it('says which row it could not quantize', () => {
    const toy = toyModel();
    toy.model.weight(down).map((values) =>
      values
        .subarray(8, 16)
        .fill(0)
        .set([2 ** -140], 3),
    );
    void quantizeWeights({ bits: 4, block: 'channel' }).edit(toy.model);
    expect(toy.remarks).toEqual([expect.stringContaining(`leaves a block of ${down} as it is (in row 1)`)]);
  });

  it('puts back what stood there before it, in its arithmetic', () => {
    const toy = toyModel();
    toy.model.weight(down).set(superWeight.row, superWeight.column, 0.1);
    void quantizeWeights({ bits: 2, block: 'tensor', arithmetic: 'float16', restore: [superWeight] }).edit(toy.model);
    expect(toy.weights().get(down)![at]).toBe(Math.f16round(0.1));
  });

  it('names the matrix that its blocks do not divide, before anything is computed', () => {
    const toy = toyModel();
    const before = structuredClone(toy.weights());
    expectProblem('quantize-weights/indivisible', () => quantizeWeights({ bits: 4, block: 5 }).edit(toy.model));
    expect(toy.weights()).toEqual(before);
  });

  it.each([1, 9, 2.5, Number.NaN])('refuses %s bits', (bits) => {
    expectProblem('quantize-weights/invalid-bits', () => quantizeWeights({ bits, block: 'tensor' }));
  });

  it('has normal floats of 3 and 4 bits only', () => {
    expectProblem('quantize-weights/invalid-bits', () =>
      quantizeWeights({ bits: 5, block: 'tensor', levels: 'normal_float' }),
    );
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses blocks of %s', (block) => {
    expectProblem('quantize-weights/invalid-block', () => quantizeWeights({ bits: 4, block }));
  });

  it.each([
    ['z', -1],
    ['z', Infinity],
    ['iqr', Number.NaN],
    ['bp', 1.5],
    ['tp', -0.1],
  ] as const)('refuses clipping by %s %s', (method, value) => {
    const clipping = { method, value };
    expectProblem('quantize-weights/invalid-clipping', () => quantizeWeights({ bits: 4, block: 'tensor', clipping }));
  });
});

describe('the plugin', () => {
  it.each(Object.entries(presets))('has the preset %s', async (preset, { clipping, restoreSuperWeights }) => {
    expect((await create({ preset })).settings).toEqual({
      bits: 4,
      block: 16384,
      levels: 'integer',
      arithmetic: 'float32',
      indivisible: 'error',
      clipping,
      restore: restoreSuperWeights ? [superWeight] : [],
    });
  });

  it('lets single options win over the preset', async () => {
    const { settings } = await create({
      preset: 'ours',
      block: '4x2',
      clipping: 'none',
      restoreSuperWeights: ['1:2:3'],
    });
    expect(settings).toMatchObject({ block: 8, clipping: 'none', restore: [{ layer: 1, row: 2, column: 3 }] });
  });

  it('asks for super weights where it restores them, instead of restoring nothing', async () => {
    const asked = new Error('none are known');
    const none = (): never => {
      throw asked;
    };
    await expect(create({ preset: 'ours' }, none)).rejects.toBe(asked);
    await expect(create({ preset: 'clip-only' }, none)).resolves.toBeDefined();
  });
});
