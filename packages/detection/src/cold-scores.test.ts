import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readerOf } from '@linchpin/models';
import { readHeader, type StoredTensor, writeSafetensors } from '@linchpin/safetensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldScores } from './cold-scores.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-detection-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Squared row norms: gate 4, 1, 25; up 1, 9, 4. */
const tensors: Readonly<Record<string, readonly [shape: readonly number[], values: readonly number[]]>> = {
  gate: [
    [3, 2],
    [2, 0, 0, 1, 3, 4],
  ],
  up: [
    [3, 2],
    [1, 0, 0, 3, 0, 2],
  ],
  both: [
    [6, 2],
    [2, 0, 0, 1, 3, 4, 1, 0, 0, 3, 0, 2],
  ],
  down: [
    [2, 3],
    [1, 1, 0.1, 3, -1, 0],
  ],
  wide: [[2, 5], Array<number>(10).fill(1)],
  flat: [[6], Array<number>(6).fill(1)],
};

function bytesOf(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

describe('coldScores', () => {
  const reader = readerOf({});
  let stored: (name: string) => StoredTensor;
  beforeAll(async () => {
    const file = join(folder, 'model.safetensors');
    await writeSafetensors(
      file,
      Object.entries(tensors).map(([name, [shape, values]]) => ({ name, dtype: 'F32', shape, bytes: bytesOf(values) })),
    );
    const header = await readHeader(file);
    stored = (name) => header.tensors.get(name)!;
  });

  it('is the root of the sum of squared weights times the squared norms of their inputs', async () => {
    const scores = await coldScores(
      [{ place: { layer: 7 }, inputs: [stored('gate'), stored('up')], output: stored('down') }],
      reader,
    );
    // Row 0: 1·4 + 1·9 + 0.01·100 = 14; row 1: 9·4 + 1·9 = 45.
    expect(scores.map(({ layer, row, column }) => [layer, row, column])).toEqual([
      [7, 1, 0],
      [7, 0, 1],
    ]);
    const [high, low] = [Math.sqrt(45), Math.sqrt(14)];
    expect(scores[0]!.score).toBeCloseTo(high, 6);
    expect(scores[1]!.score).toBeCloseTo(low, 6);
    expect(scores[0]!.timesMedian).toBeCloseTo((2 * high) / (high + low), 6);
  });

  it('reads fused projections as the ones they are made of', async () => {
    const separate = await coldScores(
      [{ place: { layer: 0 }, inputs: [stored('gate'), stored('up')], output: stored('down') }],
      reader,
    );
    const fused = [{ place: { layer: 0 }, inputs: [stored('both')], output: stored('down') }];
    expect(await coldScores(fused, reader)).toEqual(separate);
  });

  it('reads weights as their format does', async () => {
    const ones: StoredTensor = {
      name: 'ones',
      file: 'weights.other',
      dtype: 'F32',
      shape: [2, 2],
      offset: 0,
      length: 16,
    };
    const other = {
      async *streamTensor() {
        yield Float32Array.of(1, 2, 3, 4);
      },
    };
    const scores = await coldScores([{ place: { layer: 0 }, inputs: [], output: ones }], other);
    expect(scores.map(({ row, column, score }) => [row, column, score])).toEqual([
      [1, 1, 5],
      [0, 1, Math.sqrt(5)],
    ]);
  });

  it('refuses matrices that do not belong together', async () => {
    for (const [input, output] of [
      ['wide', 'down'],
      ['gate', 'flat'],
    ] as const) {
      const scores = coldScores([{ place: { layer: 0 }, inputs: [stored(input)], output: stored(output) }], reader);
      await expect(scores).rejects.toMatchObject({ code: 'detection/unsuitable-matrices' });
    }
  });
});
