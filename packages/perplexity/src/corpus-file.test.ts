import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCorpusFile, readDocuments, readTextFile } from './corpus-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-corpus-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const jsonl = '{"text":"one\\u2028two","url":"x"}\n\n{"text":"three \u2028 four"}\r\n{"text":""}';
const documents = ['one\u2028two', 'three \u2028 four', ''];

describe('corpus files', () => {
  it('reads documents, plain or gzipped, and splits lines at newlines only', async () => {
    expect(await readDocuments(await file('a.jsonl', jsonl))).toEqual(documents);
    expect(await readDocuments(await file('a.jsonl.gz', gzipSync(jsonl)))).toEqual(documents);
  });

  it('puts characters together that are cut by the chunks of a long file', async () => {
    const text = 'é'.repeat(100_001);
    expect(await readDocuments(await file('long.jsonl', JSON.stringify({ text })))).toEqual([text]);
  });

  it('joins the documents of a corpus by two newlines and takes other files as they are', async () => {
    expect(await readCorpusFile(await file('b.jsonl', '{"text":"a"}\n{"text":"b"}\n'))).toBe('a\n\nb');
    expect(await readCorpusFile(await file('b.txt', '\ufeffa\r\nb\n'))).toBe('\ufeffa\r\nb\n');
  });

  it.each(['{"text":"a"}\n{"text":', '{"text":"a"}\n{"body":"b"}', '{"text":"a"}\n{"text":3}', '{"text":"a"}\n[]'])(
    'names the line that is no document: %j',
    async (content) => {
      await expect(readDocuments(await file('c.jsonl', content))).rejects.toMatchObject({
        code: 'perplexity/not-a-document',
        problem: { subject: expect.stringContaining('line 2') },
      });
    },
  );

  it('refuses bytes that are no text', async () => {
    const bytes = Uint8Array.of(0x61, 0xff);
    await expect(readTextFile(await file('d.txt', bytes))).rejects.toMatchObject({ code: 'perplexity/not-utf-8' });
    await expect(readDocuments(await file('d.jsonl', bytes))).rejects.toMatchObject({ code: 'perplexity/not-utf-8' });
    await expect(readDocuments(await file('e.jsonl', Uint8Array.of(0xc3)))).rejects.toMatchObject({
      code: 'perplexity/not-utf-8',
    });
  });

  it('says which file cannot be read', async () => {
    const unreadable = { code: 'perplexity/unreadable-file' };
    await expect(readTextFile(join(folder, 'none.txt'))).rejects.toMatchObject(unreadable);
    await expect(readDocuments(join(folder, 'none.jsonl'))).rejects.toMatchObject(unreadable);
    await expect(readDocuments(join(folder, 'none.jsonl.gz'))).rejects.toMatchObject(unreadable);
    await expect(readDocuments(await file('bad.jsonl.gz', 'not gzip'))).rejects.toMatchObject(unreadable);
  });
});
