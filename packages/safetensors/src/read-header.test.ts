import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readHeader } from './read-header.ts';
import { readTensor } from './read-tensor.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

function fileOf(bytes: Uint8Array): string {
  const file = join(folder, `${files++}.safetensors`);
  writeFileSync(file, bytes);
  return file;
}

/** A file with this header, whatever is wrong with it, and so many bytes of data. */
function fileWith(header: string | Uint8Array, dataBytes: number): string {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return fileOf(Buffer.concat([length, text, Buffer.alloc(dataBytes)]));
}

const entry = (shape: readonly number[], offsets: readonly number[], dtype = 'F32'): object => ({
  dtype,
  shape,
  data_offsets: offsets,
});

describe('readHeader', () => {
  it('gives the path by which a file was asked for beside the real one, for messages', async () => {
    const file = fileWith(JSON.stringify({ a: entry([1], [0, 4]), b: entry([1], [4, 8], 'I32') }), 8);
    const link = `${file}.link`;
    symlinkSync(file, link);
    const { tensors } = await readHeader(link);
    expect(tensors.get('a')).toMatchObject({ file, givenFile: link });
    expect((await readHeader(file)).tensors.get('a')).not.toHaveProperty('givenFile');
    await expect(readTensor(tensors.get('b')!)).rejects.toMatchObject({
      problem: { subject: expect.stringContaining(link) },
    });
    truncateSync(file, 8);
    await expect(readTensor(tensors.get('a')!)).rejects.toMatchObject({
      problem: { subject: expect.stringContaining(link) },
    });
  });

  it('gives absolute offsets, whatever the order of the header, and the metadata', async () => {
    const header = JSON.stringify({
      __metadata__: { format: 'pt' },
      b: entry([2, 1], [4, 12]),
      a: entry([], [0, 4]),
      none: entry([0, 5], [12, 12], 'BOOL'),
    });
    const file = fileWith(header, 12);
    const found = await readHeader(file);
    const data = 8 + header.length;
    expect([...found.tensors.values()]).toEqual([
      { name: 'b', dtype: 'F32', shape: [2, 1], file, offset: data + 4, length: 8 },
      { name: 'a', dtype: 'F32', shape: [], file, offset: data, length: 4 },
      { name: 'none', dtype: 'BOOL', shape: [0, 5], file, offset: data + 12, length: 0 },
    ]);
    expect([...found.metadata]).toEqual([['format', 'pt']]);
  });

  it('resolves symbolic links, and names the link in errors', async () => {
    const file = fileWith(JSON.stringify({ a: entry([1], [0, 4]) }), 4);
    const link = join(folder, 'link.safetensors');
    symlinkSync(file, link);
    expect((await readHeader(link)).tensors.get('a')?.file).toBe(file);
    const dangling = join(folder, 'dangling.safetensors');
    symlinkSync(join(folder, 'gone'), dangling);
    await expect(readHeader(dangling)).rejects.toMatchObject({
      code: 'safetensors/cannot-read',
      problem: { subject: dangling },
    });
  });

  it('accepts spaces around the JSON, and types of less than a byte', async () => {
    const file = fileWith(`${JSON.stringify({ a: entry([4], [0, 2], 'F4'), b: entry([4], [2, 5], 'F6_E2M3') })}   `, 5);
    expect((await readHeader(file)).tensors.size).toBe(2);
  });

  it.each([
    { code: 'file-too-small', file: () => fileOf(new Uint8Array(0)) },
    { code: 'file-too-small', file: () => fileOf(new Uint8Array(7)) },
    { code: 'header-too-large', file: () => fileOf(Buffer.from('0100000000000080', 'hex')) },
    { code: 'header-too-large', file: () => fileOf(Buffer.from('01e1f50500000000', 'hex')) }, // 100 000 001
    { code: 'header-beyond-file', file: () => fileOf(Buffer.from('00e1f50500000000', 'hex')) }, // 100 000 000
    {
      code: 'git-lfs-pointer',
      file: () => fileOf(Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4\n')),
    },
    { code: 'cannot-read', file: () => join(folder, 'absent') },
    { code: 'cannot-read', file: () => folder },
    { code: 'header-not-utf8', file: () => fileWith(Buffer.from('7b22fffe223a7b7d7d', 'hex'), 0) },
    { code: 'header-not-json', file: () => fileWith('{x}', 0) },
    { code: 'header-not-json', file: () => fileWith('\uFEFF{}', 0) },
    { code: 'header-not-object', file: () => fileWith('[1, 2, 3]', 0) },
    { code: 'header-not-object', file: () => fileWith('null', 0) },
    {
      code: 'duplicate-name',
      file: () =>
        fileWith(`{"a": ${JSON.stringify(entry([1], [0, 4]))}, "a": ${JSON.stringify(entry([1], [0, 4]))}}`, 4),
    },
    {
      code: 'duplicate-name',
      file: () => fileWith('{"a": {"dtype": "I8", "shape": [4], "shape": [1], "data_offsets": [0, 1]}}', 1),
    },
    { code: 'metadata-not-text', file: () => fileWith('{"__metadata__": {"epoch": 3}}', 0) },
    { code: 'metadata-not-text', file: () => fileWith('{"__metadata__": "pt"}', 0) },
  ])('refuses a file: $code', async ({ code, file }) => {
    await expect(readHeader(file())).rejects.toMatchObject({ code: `safetensors/${code}` });
  });

  it.each([
    { code: 'entry-malformed', tensors: { a: 1 }, data: 4 },
    { code: 'entry-malformed', tensors: { a: { shape: [1], data_offsets: [0, 4] } }, data: 4 },
    { code: 'entry-malformed', tensors: { a: { dtype: 'F32', shape: 1, data_offsets: [0, 4] } }, data: 4 },
    { code: 'entry-malformed', tensors: { a: { dtype: 'F32', shape: [1] } }, data: 4 },
    { code: 'unknown-dtype', tensors: { a: entry([1], [0, 3], 'F24') }, data: 3 },
    { code: 'unknown-dtype', tensors: { a: entry([1], [0, 4], 'toString') }, data: 4 },
    { code: 'shape-invalid', tensors: { a: entry([-1, -1], [0, 4]) }, data: 4 },
    { code: 'shape-invalid', tensors: { a: entry([0.5, 2], [0, 4]) }, data: 4 },
    { code: 'shape-invalid', tensors: { a: entry([2 ** 53], [0, 4]) }, data: 4 },
    { code: 'offsets-invalid', tensors: { a: entry([1], [4, 0]) }, data: 4 },
    { code: 'offsets-invalid', tensors: { a: entry([1], [-4, 0]) }, data: 4 },
    { code: 'offsets-invalid', tensors: { a: entry([1], [0, 4, 8]) }, data: 4 },
    { code: 'offsets-gap', tensors: { a: entry([1], [4, 8]) }, data: 8 },
    { code: 'offsets-gap', tensors: { a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, data: 12 },
    { code: 'offsets-overlap', tensors: { a: entry([2], [0, 8]), b: entry([2], [4, 12]) }, data: 12 },
    { code: 'offsets-overlap', tensors: { a: entry([1], [0, 4]), b: entry([1], [0, 4]) }, data: 4 },
    { code: 'offsets-beyond-data', tensors: { a: entry([1], [0, 4]), b: entry([1], [8, 12]) }, data: 8 },
    { code: 'size-mismatch', tensors: { a: entry([2], [0, 4]) }, data: 4 },
    { code: 'size-mismatch', tensors: { a: entry([2 ** 40, 2 ** 40], [0, 4]) }, data: 4 },
    { code: 'size-mismatch', tensors: { a: entry([3], [0, 1], 'F4') }, data: 1 },
    { code: 'data-truncated', tensors: { a: entry([2], [0, 8]) }, data: 7 },
    { code: 'data-trailing', tensors: { a: entry([2], [0, 8]) }, data: 9 },
    { code: 'data-trailing', tensors: {}, data: 1 },
  ])('refuses $tensors with $data bytes of data: $code', async ({ code, tensors, data }) => {
    await expect(readHeader(fileWith(JSON.stringify(tensors), data))).rejects.toMatchObject({
      code: `safetensors/${code}`,
    });
  });

  it('names file, tensor, what was found and what was expected', async () => {
    const file = fileWith(JSON.stringify({ 'model.norm.weight': entry([2], [0, 4]) }), 4);
    await expect(readHeader(file)).rejects.toMatchObject({
      problem: {
        subject: `${file}: model.norm.weight`,
        found: 'data_offsets that span 4 bytes',
        expected: '8 bytes, which F32 [2] takes',
      },
    });
  });
});
