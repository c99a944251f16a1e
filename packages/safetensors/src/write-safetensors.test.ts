import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromFloat32 } from '@linchpin/tensor';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readHeader } from './read-header.ts';
import { readRows, readTensor, streamTensor } from './read-tensor.ts';
import { type TensorToWrite, writeSafetensors } from './write-safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-safetensors-'));
const file = join(folder, 'model.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

const floats = (
  name: string,
  shape: readonly number[],
  values: readonly number[],
  dtype: 'F32' | 'F16' | 'BF16' = 'F32',
): TensorToWrite => ({
  name,
  dtype,
  shape,
  bytes: fromFloat32(Float32Array.from(values), dtype),
});

/** What safetensors.numpy.save of safetensors 0.8.0 gives for the tensors of the first test. */
const reference =
  'QAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCLDqSI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0s' +
  'ImMud2VpZ2h0Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsxLDJdLCJkYXRhX29mZnNldHMiOls4LDE2XX0sImEiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzFd' +
  'LCJkYXRhX29mZnNldHMiOlsxNiwxOF19LCJiIjp7ImR0eXBlIjoiRjE2Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMTgsMjJdfSwiZW1wdHkiOnsiZHR5' +
  'cGUiOiJVOCIsInNoYXBlIjpbMCwzXSwiZGF0YV9vZmZzZXRzIjpbMjIsMjJdfX0gIAcAAAAAAAAAAACAPwAAAEAAOAA8AMA=';

describe('writeSafetensors', () => {
  it('writes the bytes of the reference implementation', async () => {
    const tensors: TensorToWrite[] = [
      floats('b', [2], [1, -2], 'F16'),
      { name: 'empty', dtype: 'U8', shape: [0, 3], bytes: new Uint8Array(0) },
      floats('a', [1], [0.5], 'F16'),
      floats('c.weight', [1, 2], [1, 2]),
      { name: 'é', dtype: 'I64', shape: [], bytes: Uint8Array.of(7, 0, 0, 0, 0, 0, 0, 0) },
    ];
    await writeSafetensors(file, tensors, { format: 'pt' });
    expect(readFileSync(file, 'base64')).toBe(reference);
    await writeSafetensors(file, []);
    expect([...readFileSync(file)]).toEqual([8, 0, 0, 0, 0, 0, 0, 0, 123, 125, 32, 32, 32, 32, 32, 32]);
  });

  it('writes what readTensor reads', async () => {
    const tensor = fc.record({ name: fc.string(), values: fc.float32Array({ maxLength: 20 }) });
    const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(tensors, async (all) => {
        await writeSafetensors(
          file,
          all.map(({ name, values }) => floats(name, [values.length], [...values])),
        );
        const { tensors: stored } = await readHeader(file);
        expect(stored.size).toBe(all.length);
        for (const { name, values } of all) expect(await readTensor(stored.get(name)!)).toEqual(values);
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    { tensors: [floats('a', [1], [1]), floats('a', [1], [1])] },
    { tensors: [floats('__metadata__', [1], [1])] },
    { tensors: [floats('a', [2], [1])] },
    { tensors: [{ name: 'a', dtype: 'F24', shape: [1], bytes: new Uint8Array(3) }] },
  ])('refuses $tensors', async ({ tensors }) => {
    await expect(writeSafetensors(file, tensors)).rejects.toMatchObject({ code: 'safetensors/cannot-write' });
  });
});

describe('readTensor, readRows and streamTensor', () => {
  it.each(['F32', 'F16', 'BF16'] as const)('read rows of %s at odd offsets', async (dtype) => {
    const odd = { name: 'a', dtype: 'U8', shape: [1], bytes: Uint8Array.of(1) };
    await writeSafetensors(file, [floats('m', [3, 2, 1], [0, 1, 2, 3, 4, 5], dtype), odd]);
    const matrix = (await readHeader(file)).tensors.get('m')!;
    const bytes = readFileSync(file);
    const shifted = { ...matrix, file: join(folder, 'shifted'), offset: matrix.offset + 1 };
    writeFileSync(shifted.file, Buffer.concat([Buffer.alloc(1), bytes]));
    expect([...(await readTensor(shifted))]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...(await readRows(shifted, 1, 2))]).toEqual([2, 3, 4, 5]);
    expect([...(await readRows(shifted, 2, 0))]).toEqual([]);
    await expect(readRows(shifted, 2, 2)).rejects.toThrow('internal: rows 2 to 4 of m [3, 2, 1]');
  });

  it('streams a large tensor in pieces', async () => {
    const values = Float32Array.from({ length: 5_000_000 }, (_, i) => i % 1000);
    await writeSafetensors(file, [
      { name: 'large', dtype: 'F32', shape: [5, 1_000_000], bytes: fromFloat32(values, 'F32') },
    ]);
    const stored = (await readHeader(file)).tensors.get('large')!;
    const pieces: Float32Array[] = [];
    for await (const piece of streamTensor(stored)) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(Buffer.concat(pieces.map((piece) => Buffer.from(piece.buffer))).equals(Buffer.from(values.buffer))).toBe(
      true,
    );
    expect(await readRows(stored, 4, 1)).toEqual(values.slice(4_000_000));
  });

  it('refuse other element types, and a file that has become shorter', async () => {
    await writeSafetensors(file, [
      floats('a', [2], [1, 2]),
      { name: 'mask', dtype: 'BOOL', shape: [1], bytes: Uint8Array.of(1) },
    ]);
    const { tensors } = await readHeader(file);
    await expect(readTensor(tensors.get('mask')!)).rejects.toMatchObject({ code: 'safetensors/not-readable' });
    truncateSync(file, tensors.get('a')!.offset + 4);
    await expect(readTensor(tensors.get('a')!)).rejects.toMatchObject({ code: 'safetensors/file-changed' });
    rmSync(file);
    await expect(readTensor(tensors.get('a')!)).rejects.toMatchObject({ code: 'safetensors/cannot-read' });
  });
});
