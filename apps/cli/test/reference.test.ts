/** `--reference`, strides and documents from the command line, on the embedded model. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { linchpin } from './run-in-process.ts';
import { expectRefusal } from './run-linchpin.ts';

const root = temporaryFolder();
const store = join(root, 'store');
const task = ['evaluate', '--tasks', 'piqa', '--limit', '1', '--store', store];
const pruned = ['--intervention', 'prune-super-weight'];

async function rowsOf(...args: readonly string[]): Promise<ResultRow[]> {
  const { code, stdout, stderr } = await linchpin([...args, '--json', '--quiet']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as ResultRow[];
}

function value(rows: readonly ResultRow[], metric: string): number | undefined {
  return rows.find((row) => row.metric === metric)?.value;
}

describe('--reference', () => {
  it('is the model as it is, interventions, or the chain of a run', { timeout: 120_000 }, async () => {
    const beside = await rowsOf(...task, ...pruned, '--reference', 'original');
    expect(value(beside, 'kl_divergence')).toBeGreaterThan(1e-3);
    const { code, stderr } = await linchpin([...task, ...pruned]);
    expect(code).toBe(0);
    const [, run] = /^Run (\S+): /m.exec(stderr)!;
    for (const reference of [run!, 'prune-super-weight'])
      expect(value(await rowsOf(...task, ...pruned, '--reference', reference), 'kl_divergence')).toBe(0);
    const other = await rowsOf(...task, '--reference', run!);
    expect(value(other, 'kl_divergence')).toBeGreaterThan(1e-3);
    const text = await linchpin([...task, '--reference', run!]);
    expect(text.stdout).toContain(`Compared with prune-super-weight of run ${run}`);
  });

  it.each([
    ['prune-super-wait', 'like prune-super-weight'],
    ['prune-super-weight:{', '"prune-super-weight:{"'],
  ])('refuses %s', async (reference, says) => {
    expectRefusal(await linchpin([...task, '--reference', reference]), says);
  });
});

describe('linchpin perplexity', () => {
  it('takes several files and a stride, and writes each document', { timeout: 120_000 }, async () => {
    const [one, two, documents] = [join(root, 'one.jsonl'), join(root, 'two.txt'), join(root, 'documents.jsonl')];
    writeFileSync(one, '{"text": "The river runs north."}\n{"text": "It rains in the hills."}\n');
    writeFileSync(two, 'A single text, without any lines.');
    const corpora = ['--corpus', one, '--corpus', two, '--store', store];
    const rows = await rowsOf('perplexity', ...corpora, '--stride', '4', '--window', '8', '--per-document', documents);
    expect(rows.map(({ task: name, metric }) => [name, metric])).toEqual([
      ['one.jsonl', 'perplexity_documents_stride_4'],
      ['two.txt', 'perplexity_documents_stride_4'],
    ]);
    const lines = readFileSync(documents, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { corpus: 'one.jsonl', document: 0 },
      { corpus: 'one.jsonl', document: 1 },
      { corpus: 'two.txt', document: 0 },
    ]);
    expectRefusal(await linchpin(['perplexity', '--corpus', 'c4', '--stride', '4']), 'Add --per-document');
    expectRefusal(await linchpin(['perplexity', '--corpus', two, '--window', '8', '--stride', '9']), 'from 1 to 7');
  });
});
