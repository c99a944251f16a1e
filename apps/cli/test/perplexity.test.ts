/** `linchpin perplexity` on the embedded model: corpora by name and from files, windows, and what it refuses. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { repositoryRoot, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const textFile = join(root, 'text.txt');
const jsonlFile = join(root, 'documents.jsonl');

beforeAll(() => {
  const text = readFileSync(join(repositoryRoot, 'datasets/mini/wikitext.test.txt'), 'utf8').slice(0, 20_000);
  writeFileSync(textFile, text);
  // Documents are joined by a blank line, which is what this splits at.
  writeFileSync(
    jsonlFile,
    text
      .split('\n\n')
      .map((document) => `${JSON.stringify({ text: document })}\n`)
      .join(''),
  );
});

async function perplexity(...args: readonly string[]): Promise<ResultRow> {
  const { code, stdout, stderr } = await linchpin(['perplexity', '--json', '--quiet', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [row] = JSON.parse(stdout) as ResultRow[];
  return row!;
}

describe('linchpin perplexity', () => {
  it('says window, number of windows, BOS and perplexity, also in the CSV', async () => {
    const csv = join(root, 'wikitext2.csv');
    const { code, stdout, stderr } = await linchpin([
      'perplexity',
      '--corpus',
      'wikitext2',
      '--windows',
      '2',
      '--csv',
      csv,
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^1\/1 Original · wikitext2: 2 in \d+\.\d s\n$/),
    });
    expect(stdout).toContain('wikitext2: 2 windows of 512 tokens; BOS every-window.');
    const [header, line] = readFileSync(csv, 'utf8')
      .split('\r\n')
      .map((each) => each.split(','));
    const row = Object.fromEntries(header!.map((field, index) => [field, line![index]]));
    expect(row).toMatchObject({
      task: 'wikitext2',
      metric: 'perplexity',
      window: '512',
      windows: '2',
      bos: 'every-window',
      items: '1022',
    });
    expect(stdout).toContain(Number(row['value']).toFixed(4));
  });

  it("takes C4 as the model's card asks for it", async () => {
    expect(await perplexity('--corpus', 'c4', '--windows', '2')).toMatchObject({
      task: 'c4',
      window: 256,
      windows: 2,
      seed: null,
    });
  });

  it('says so when a window does not fit the model', async () => {
    const { code, stdout } = await linchpin(['perplexity', '--corpus', textFile, '--window', '4096', '--windows', '1']);
    expect(code).toBe(0);
    expect(stdout).toContain('text.txt: 1 windows of 512 tokens, 4096 asked for and the model takes no more');
  });

  it('reads a text and a JSONL file alike', async () => {
    const flags = ['--window', '128', '--windows', '3'];
    const text = await perplexity('--corpus', textFile, ...flags);
    const jsonl = await perplexity('--corpus', jsonlFile, ...flags);
    expect(text).toMatchObject({ task: 'text.txt', dataset: 'text.txt', windows: 3, window: 128 });
    expect(jsonl).toMatchObject({ dataset: 'documents.jsonl', value: text.value, datasetSha256: text.datasetSha256 });
  });

  it('puts a BOS where it is asked for', async () => {
    const flags = ['--corpus', textFile, '--window', '64', '--windows', '2', '--window-bos'];
    const first = await perplexity(...flags, 'first');
    const every = await perplexity(...flags, 'every-window');
    const never = await perplexity(...flags, 'never');
    expect([first.bos, every.bos, never.bos]).toEqual(['first', 'every-window', 'never']);
    expect(new Set([first.value, every.value, never.value]).size).toBe(3);
    // The model's super weight answers to the BOS.
    expect(every.value).toBeLessThan(Math.min(first.value, never.value));
  });

  it('applies interventions in the order in which they are given', async () => {
    const flags = ['--corpus', textFile, '--window', '64', '--windows', '1'];
    const prune = ['--intervention', 'prune-super-weight'];
    const restore = ['--intervention', 'restore-super-activation'];
    const original = await perplexity(...flags);
    const pruned = await perplexity(...flags, ...prune);
    const restored = await perplexity(...flags, ...prune, ...restore);
    expect(pruned.value).toBeGreaterThan(10 * original.value);
    expect(Math.abs(restored.value / original.value - 1)).toBeLessThan(1e-3);
    // What was not pruned yet cannot be restored.
    expectRefusal(await linchpin(['perplexity', ...flags, ...restore, ...prune]), 'Put prune-super-weight first');
  });
});

describe('linchpin perplexity refuses', () => {
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(root, name), content);
    return join(root, name);
  };

  it.each<[string, () => string[], string[]]>([
    ['a name of a corpus that is not quite one', () => ['wikitext'], ['"wikitext"', 'Did you mean wikitext2?']],
    ['a file that is not there', () => [join(root, 'absent.txt')], ['absent.txt', 'c4, wikitext2, or the path']],
    ['a folder', () => [root], [root]],
    ['an empty file', () => [file('empty.txt', '')], ['empty.txt', 'nothing but white space']],
    [
      'a text of less than a window',
      () => [file('short.txt', 'Once upon a time.')],
      ['short.txt', 'tokens', 'the text of one window'],
    ],
    [
      'a line that is not JSON',
      () => [file('broken.jsonl', '{"text": "a"}\n{"text": "b\n')],
      ['broken.jsonl:2', '{"text": "b'],
    ],
    [
      'a document without text',
      () => [file('textless.jsonl', '{"text": "a"}\n{"title": "b"}\n')],
      ['textless.jsonl:2', 'no field `text`'],
    ],
    [
      'a text that is not UTF-8',
      () => [file('latin.txt', Buffer.of(0x61, 0x0a, 0xe9, 0x0a))],
      ['latin.txt:2', 'UTF-8'],
    ],
    ['a corpus that is not in the folder', () => ['wikitext2', '--datasets', root], ['data set wikitext2', root]],
    [
      'documents of less than a window',
      () => ['c4', '--datasets', shortDocuments()],
      ['c4.validation.jsonl', '1 documents', 'the text of one window'],
    ],
  ])('%s', async (_, args, says) => {
    const ended = await linchpin(['perplexity', '--corpus', ...args()]);
    expectRefusal(ended, ...says);
    expect(ended.stderr).not.toContain('1/1');
  });

  function shortDocuments(): string {
    writeFileSync(join(root, 'c4.validation.jsonl'), '{"text": "Once upon a time."}\n');
    return root;
  }
});
