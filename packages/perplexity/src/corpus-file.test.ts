import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCorpusFile, readDocuments } from './corpus-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-corpus-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('corpus files', () => {
  it('reads documents in file order and splits lines at newlines only', async () => {
    const content = '{"text":"one\\u2028two","url":"x"}\n\n{"text":"three \u2028 four"}\r\n{"text":""}';
    expect(await readDocuments(await file('a.jsonl', content))).toEqual(['one\u2028two', 'three \u2028 four', '']);
  });

  it.each(['b.jsonl', 'b.json', 'b.JSONL', 'b.ndjson'])('joins the documents of %s by two newlines', async (name) => {
    expect(await readCorpusFile(await file(name, '{"text":"a"}\n{"text":"b"}\n'))).toBe('a\n\nb');
  });

  it('takes any other file as it is, lines ended as Python ends them', async () => {
    expect(await readCorpusFile(await file('b.txt', 'a\r\n\n{"text":"b"}\n'))).toBe('a\n\n{"text":"b"}\n');
  });

  it('does not take documents for a text', async () => {
    await expect(readCorpusFile(await file('d.txt', '{"text":"b"}\n'))).rejects.toMatchObject({
      code: 'datasets/object-in-text',
    });
  });

  it.each([
    ['{"body":"b"}', 'no field'],
    ['{"text":3}', 'number'],
    ['{"text":null}', 'null'],
  ])('names the line that is no document: %s', async (row, found) => {
    await expect(readDocuments(await file('c.jsonl', `{"text":"a"}\n${row}`))).rejects.toMatchObject({
      code: 'perplexity/no-text',
      problem: { subject: expect.stringMatching(/c\.jsonl:2$/u), found: expect.stringContaining(found) },
    });
  });
});
