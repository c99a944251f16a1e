import { writeFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseTextFileName } from './text-file-name.ts';
import { openTextFile, readText } from './text-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-text-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('parseTextFileName', () => {
  it.each([
    ['docs.jsonl', { stem: 'docs', form: 'json-lines' }],
    ['a/docs.JSONL.GZ', { stem: 'docs', form: 'json-lines' }],
    ['docs.ndjson', { stem: 'docs', form: 'json-lines' }],
    ['c4-validation.00000-of-00008.json.gz', { stem: 'c4-validation.00000-of-00008', form: 'json-lines' }],
    ['test-00000-of-00001.Parquet', { stem: 'test-00000-of-00001', form: 'parquet' }],
    ['wiki.test.raw', { stem: 'wiki.test', form: 'wikitext' }],
    ['wiki.test.raw.gz', { stem: 'wiki.test', form: 'wikitext' }],
    ['notes.Txt', { stem: 'notes', form: 'text' }],
    ['README.md', { stem: 'README.md', form: 'text' }],
    ['.toString', { stem: '.toString', form: 'text' }],
    ['jsonl', { stem: 'jsonl', form: 'text' }],
  ])('takes %s apart', (name, parsed) => {
    expect(parseTextFileName(name)).toEqual(parsed);
  });
});

describe('openTextFile', () => {
  it.each(['a.jsonl', 'a.JSONL', 'a.ndjson', 'a.json', 'a.jsonl.gz', 'a.json.gz', 'A.Json.GZ'])(
    'reads the rows of %s, packed or not, whatever its name says of that',
    async (name) => {
      for (const content of ['{"text": "a"}\r\n{"text": "b"}\r\n', '\uFEFF{"text": "a"}\n{"text": "b"}']) {
        for (const bytes of [Buffer.from(content), gzipSync(content)]) {
          const opened = await openTextFile(await file(name, bytes));
          expect(opened.form).toBe('json-lines');
          const rows = opened.form === 'json-lines' ? await Array.fromAsync(opened.rows) : [];
          expect(rows.map(({ value }) => value['text'])).toEqual(['a', 'b']);
        }
      }
    },
  );

  it('asks about a text that begins with a JSON object, and about no other text', async () => {
    for (const [name, line] of [
      ['b.txt', '{"text": "a"}\n'],
      ['b', '{"score": NaN}'],
      ['b.raw', '\uFEFF{}\r\nb'],
    ] as const) {
      await expect(openTextFile(await file(name, line))).rejects.toMatchObject({ code: 'datasets/object-in-text' });
      await expect(openTextFile(await file(name, gzipSync(line)))).rejects.toMatchObject({
        code: 'datasets/object-in-text',
      });
    }
    for (const text of ['\n{"text": "a"}\n', '{ braces }\n', '[1]\n', 'a {"b": 1}'])
      expect(await openTextFile(await file('c.txt', text))).toEqual({ form: 'text', text });
  });

  it.each([
    ['zstandard', [0x28, 0xb5, 0x2f, 0xfd, 0x04]],
    ['bzip2', [...Buffer.from('BZh9'), 0x31, 0x41, 0x59, 0x26, 0x53, 0x59]],
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
    ['zip', [...Buffer.from('PK'), 3, 4]],
    ['Parquet', [...Buffer.from('PAR1'), 0x15, 0x04]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0]],
  ])('names %s, which it does not read', async (packing, bytes) => {
    for (const name of ['d.txt', 'd.jsonl']) {
      const read = async (): Promise<unknown> => {
        const opened = await openTextFile(await file(name, Uint8Array.from(bytes)));
        return 'rows' in opened ? await opened.rows.next() : opened.text;
      };
      await expect(read()).rejects.toMatchObject({
        code: 'datasets/packed-file',
        problem: { found: expect.stringContaining(packing) },
      });
    }
  });

  it('takes letters for text with which packed files begin', async () => {
    for (const text of ['BZh is not a word', 'PAR1 of three', 'PK']) {
      expect(await openTextFile(await file('e.txt', text))).toEqual({ form: 'text', text });
    }
  });
});

describe('readText', () => {
  it('is the same text whatever ends its lines, and whatever chunks it is read in', async () => {
    const text = fc.array(fc.constantFrom('a', 'é', '\u2028', '\u0085', '\n', ' ', '\uFEFF'.padEnd(40_000, 'x')));
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('\r\n', '\r'), fc.boolean(), async (parts, end, hasMark) => {
        const expected = `b${parts.join('')}`;
        const written = (hasMark ? '\uFEFF' : '') + expected.replaceAll('\n', end);
        expect(await readText(await file('f.txt', written))).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every line and byte order marks inside', async () => {
    expect(await readText(await file('g.txt', '\uFEFF = A = \r\n\n \n\uFEFFb'))).toBe(' = A = \n\n \n\uFEFFb');
  });

  it('names the line of bytes that are no UTF-8, and refuses blank files', async () => {
    await expect(readText(await file('h.txt', Uint8Array.of(0x61, 0x0d, 0x0a, 0xff)))).rejects.toMatchObject({
      code: 'datasets/bad-utf8',
      problem: { subject: join(folder, 'h.txt:2') },
    });
    for (const blank of ['', ' \n']) {
      const read = file('i.txt', blank).then(readText);
      await expect(read).rejects.toMatchObject({ code: 'datasets/empty-file' });
    }
  });
});
