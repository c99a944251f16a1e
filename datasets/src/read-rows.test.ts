import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DataRow, readRows } from './read-rows.ts';

let file: string;
beforeAll(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'linchpin-datasets-')), 'rows.jsonl');
});

async function rowsOf(content: string | Uint8Array): Promise<DataRow[]> {
  await writeFile(file, content);
  return Array.fromAsync(readRows(file));
}

/** Matcher of an error at a line of the file. */
function errorAt(line: number, code: string): unknown {
  return expect.objectContaining({ code, problem: expect.objectContaining({ subject: `${file}:${line}` }) });
}

describe('readRows', () => {
  it('gives every object with its line, whatever ends the lines', async () => {
    const rows = [
      { line: 1, value: { a: 1 } },
      { line: 2, value: { a: 'é\u2028' } },
    ];
    expect(await rowsOf('{"a": 1}\n{"a": "é\u2028"}\n')).toEqual(rows);
    expect(await rowsOf('{"a": 1}\r\n{"a": "é\u2028"}')).toEqual(rows);
    expect(await rowsOf('\uFEFF{"a": 1}\n{"a": "é\u2028"}')).toEqual(rows);
  });

  it('unpacks a .gz, and says when it is cut off', async () => {
    const packed = gzipSync('{"a": 1}\n{"a": 2}\n');
    const path = `${file}.gz`;
    await writeFile(path, packed);
    expect(await Array.fromAsync(readRows(path))).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 2, value: { a: 2 } },
    ]);
    await writeFile(path, packed.subarray(0, packed.length - 6));
    await expect(Array.fromAsync(readRows(path))).rejects.toMatchObject({ code: 'datasets/unreadable-file' });
    await expect(Array.fromAsync(readRows(`${file}.absent.gz`))).rejects.toMatchObject({
      code: 'datasets/unreadable-file',
    });
  });

  it('reads the numbers that Python writes and JSON does not know', async () => {
    expect(await rowsOf('{"a": NaN, "b": [-Infinity, "NaN"]}\n')).toEqual([
      { line: 1, value: { a: Number.NaN, b: [-Infinity, 'NaN'] } },
    ]);
  });

  it('passes over blank lines and still counts them', async () => {
    expect(await rowsOf('\n{"a": 1}\n \n{"a": 2}\n\n')).toEqual([
      { line: 2, value: { a: 1 } },
      { line: 4, value: { a: 2 } },
    ]);
  });

  it('joins lines and characters that lie across chunks of the stream', async () => {
    const long = { a: 'é'.repeat(100_001), b: '€'.repeat(70_000) };
    const text = JSON.stringify(long);
    expect(await rowsOf(`{}\n${text}\n${text}\n`)).toEqual([
      { line: 1, value: {} },
      { line: 2, value: long },
      { line: 3, value: long },
    ]);
  });

  it('has given the rows before a bad one by the time it throws', async () => {
    await writeFile(file, '{"a": 1}\n{"a": 2\n');
    const rows = readRows(file);
    expect((await rows.next()).value).toEqual({ line: 1, value: { a: 1 } });
    await expect(rows.next()).rejects.toThrow(errorAt(2, 'datasets/bad-json'));
  });

  it('names file and line of what is no object', async () => {
    for (const line of ['[1]', '3', 'null', '"text"']) {
      await expect(rowsOf(`{}\n\n${line}\n`)).rejects.toThrow(errorAt(3, 'datasets/not-an-object'));
    }
  });

  it('names file and line of bytes that are no UTF-8', async () => {
    const latin1 = Buffer.concat([Buffer.from('{}\n{"a": "'), Buffer.of(0xe9), Buffer.from('"}\n')]);
    await expect(rowsOf(latin1)).rejects.toThrow(errorAt(2, 'datasets/bad-utf8'));
    const cutOff = Buffer.concat([Buffer.from('{}\n{}\n{"a": "'), Buffer.of(0xc3)]);
    await expect(rowsOf(cutOff)).rejects.toThrow(errorAt(3, 'datasets/bad-utf8'));
  });

  it('refuses files without a row and files that are not there', async () => {
    await expect(rowsOf('')).rejects.toThrow(expect.objectContaining({ code: 'datasets/empty-file' }));
    await expect(rowsOf(' \n\n')).rejects.toThrow(expect.objectContaining({ code: 'datasets/empty-file' }));
    await expect(readRows(`${file}.absent`).next()).rejects.toThrow(
      expect.objectContaining({ code: 'datasets/unreadable-file' }),
    );
  });
});
