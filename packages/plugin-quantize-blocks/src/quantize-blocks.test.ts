import type { Json } from '@linchpin/plugin-api';
import { expectProblem, testIntervention, toyModel, toyShape } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { decodeBlocks } from './block-codes.ts';
import { plugin } from './plugin.ts';
import { quantizeBlocks } from './quantize-blocks.ts';

const superWeight = { layer: 0, row: 1, column: 2 };
const modules = ['layers.0.up', 'layers.0.down', 'layers.1.up', 'layers.1.down'];

testIntervention({
  plugin,
  active: { bits: 4, block: 16 },
  superWeights: [superWeight],
  allOptions: { bits: 8, block: 64, holdOut: ['1:0:0'] },
  usesSuperWeights: true,
  changes: [],
  executes: modules,
});

describe('quantizeBlocks', () => {
  const at = superWeight.row * toyShape[1] + superWeight.column;

  /** What the product of layer 0 multiplies by, and what is added to it. */
  async function encoded(holdOut: readonly (typeof superWeight)[]) {
    const toy = toyModel();
    toy.model.weight('layers.0.down.weight').set(superWeight.row, superWeight.column, 300);
    await quantizeBlocks({ bits: 4, block: 16, holdOut }).edit(toy.model);
    const matrix = toy.weights().get('layers.0.down.weight')!;
    const execution = toy.executions.get('layers.0.down')!;
    const tensors = new Map(execution.encode(matrix, toyShape).map((tensor) => [tensor.name, tensor.data]));
    const codes = {
      codes: tensors.get('codes') as Uint8Array,
      scales: tensors.get('scales') as Float32Array,
      blocks: 1,
    };
    return { matrix, values: decodeBlocks(codes, toyShape, { bits: 4, block: 16 }), heldOut: tensors.get('held_out') };
  }

  it('holds a scalar out of its block: it is exact, and the others are rounded by their own scale', async () => {
    const [plain, held] = [await encoded([]), await encoded([superWeight])];
    expect(plain.heldOut).toBeUndefined();
    expect(held.values[at]).toBe(0);
    expect([...(held.heldOut as Float32Array)]).toEqual([0, 300, 0, 0, 0, 0]);
    const errorOf = ({ values, matrix }: typeof plain): number =>
      matrix
        .subarray(toyShape[1], 2 * toyShape[1])
        .reduce(
          (sum, value, column) =>
            column === superWeight.column ? sum : sum + Math.abs(value - values[toyShape[1] + column]!),
          0,
        );
    expect(errorOf(held)).toBeLessThan(errorOf(plain) / 4);
    // Other rows know nothing of it.
    const others = (values: Float32Array): number[] => [...values].toSpliced(toyShape[1], toyShape[1]);
    expect(others(held.values)).toEqual(others(plain.values));
  });

  it.each([0, 8, 24, 48, 512, 32.5, Number.NaN])('refuses blocks of %s', (block) => {
    expectProblem('quantize-blocks/invalid-block', () => quantizeBlocks({ bits: 4, block }));
  });

  it('refuses a scalar outside its matrix before anything is executed', async () => {
    const toy = toyModel();
    const outside = quantizeBlocks({ bits: 4, block: 16, holdOut: [{ layer: 0, row: 6, column: 0 }] });
    expect(() => outside.edit(toy.model)).toThrow(/outside/);
    expect(toy.executions.size).toBe(0);
  });

  it.each([
    [{ holdOut: false }, { bits: 4, block: 32, holdOut: [] }],
    [{ bits: 8 }, { bits: 8, block: 32, holdOut: [superWeight] }],
    [{ holdOut: ['1:2:3'] }, { bits: 4, block: 32, holdOut: [{ layer: 1, row: 2, column: 3 }] }],
  ] as [Json, Json][])('takes the options %j as %j', async (options, settings) => {
    const checked = await plugin.schema['~standard'].validate(options);
    if (checked.issues !== undefined) throw new Error(checked.issues[0]?.message);
    const calibration = (): never => {
      throw new Error('not asked for');
    };
    const made = plugin.create(checked.value, { superWeights: () => [superWeight], calibration, exactIntegers: true });
    expect(made.settings).toEqual(settings);
  });
});
