import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHeader, writeSafetensors } from '@linchpin/safetensors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { safetensors } from '../formats/safetensors.ts';
import { WeightEdits } from './weight-edits.ts';

const [rows, columns] = [48, 4];
const original = Float32Array.from({ length: rows * columns }, (_, index) => index + 1);
let folder: string;
let edits: () => WeightEdits;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-edits-'));
  const file = join(folder, 'model.safetensors');
  await writeSafetensors(file, [
    { name: 'w', dtype: 'F32', shape: [rows, columns], bytes: new Uint8Array(original.buffer) },
  ]);
  const { tensors } = await readHeader(file);
  edits = () => new WeightEdits(tensors.get('w')!, safetensors);
});
afterAll(() => rm(folder, { recursive: true }));

describe('WeightEdits', () => {
  it('keeps a matrix in its file where few of its rows change', async () => {
    const weight = edits();
    weight.set(7, 1, -1);
    weight.scale(7, 2, 2);
    weight.set(3, 0, 0);
    expect(await weight.resolve(true)).toEqual({
      kind: 'rows',
      rows: [3, 7],
      values: Float32Array.of(0, 14, 15, 16, 29, -1, 62, 32),
      changed: 3,
    });
  });

  it('copies it where many rows change, however they were asked for, or where it is not only used in products', async () => {
    const sets = edits();
    for (let row = 0; row < 4; row++) sets.set(row, 0, 0);
    const maps = edits();
    maps.map((values) => {
      for (let row = 0; row < 4; row++) values[row * columns] = 0;
    });
    const expected = original.slice();
    for (let row = 0; row < 4; row++) expected[row * columns] = 0;
    expect(await sets.resolve(true)).toEqual({ kind: 'copy', values: expected, changed: 4 });
    expect(await maps.resolve(true)).toEqual({ kind: 'copy', values: expected, changed: 4 });
    const one = edits();
    one.set(0, 0, 0);
    expect(await one.resolve(false)).toMatchObject({ kind: 'copy', changed: 1 });
  });

  it('carries edits out in order', async () => {
    const weight = edits();
    weight.set(0, 0, 5);
    weight.map((values) => {
      values[0] = values[0]! + 1;
    });
    weight.scale(0, 0, 10);
    expect(await weight.resolve(true)).toMatchObject({ kind: 'rows', rows: [0], values: Float32Array.of(60, 2, 3, 4) });
  });

  it('is unchanged where nothing differs in the end', async () => {
    const weight = edits();
    weight.scale(5, 1, 4);
    weight.scale(5, 1, 0.25);
    weight.map(() => {});
    expect(await weight.resolve(true)).toEqual({ kind: 'unchanged' });
    expect(await edits().resolve(true)).toEqual({ kind: 'unchanged' });
  });

  it('gives rows as the file has them, and says which were edited', async () => {
    const weight = edits();
    weight.set(2, 0, 100);
    expect(await weight.original(2)).toEqual(Float32Array.of(9, 10, 11, 12));
    expect([weight.isEdited(2), weight.isEdited(3)]).toEqual([true, false]);
  });

  it.each([
    [rows, 0],
    [0, columns],
    [-1, 0],
    [0.5, 0],
  ])('refuses the coordinates [%f, %f]', (row, column) => {
    expect(() => edits().set(row, column, 0)).toThrow(
      expect.objectContaining({ code: 'models/coordinates-out-of-range' }),
    );
  });
});
