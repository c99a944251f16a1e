import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader } from './read-header.ts';
import { readRows, readTensor, streamTensor } from './read-tensor.ts';
import { shapeInFile, type StoredTensor, transposeStored } from './stored-tensor.ts';
import { writeSafetensors } from './write-safetensors.ts';

let folder: string;
let stored: StoredTensor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-transposed-'));
  const file = join(folder, 'model.safetensors');
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
  await writeSafetensors(file, [{ name: 'w', dtype: 'F32', shape: [2, 3], bytes }]);
  stored = transposeStored((await readHeader(file)).tensors.get('w')!);
});
afterAll(() => rm(folder, { recursive: true }));

describe('transposeStored', () => {
  it('turns the shape around, and knows that of the file', () => {
    expect(stored.shape).toEqual([3, 2]);
    expect(shapeInFile(stored)).toEqual([2, 3]);
  });

  it('is read as the transpose: whole, by rows, and in pieces', async () => {
    expect(await readTensor(stored)).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
    expect(await readRows(stored, 1, 2)).toEqual(Float32Array.of(2, 5, 3, 6));
    expect(await readRows(stored, 2, 1)).toEqual(Float32Array.of(3, 6));
    expect(await readRows(stored, 3, 0)).toEqual(new Float32Array(0));
    expect((await Array.fromAsync(streamTensor(stored))).flatMap((piece) => [...piece])).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
