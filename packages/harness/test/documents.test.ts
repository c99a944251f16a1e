/** Perplexities of windows that overlap, of several corpora, and document by document, on the embedded model. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentScore } from '@linchpin/perplexity';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Harness } from '../src/harness.ts';
import { openHarness } from '../src/open-harness.ts';

const folder = temporaryFolder();
const documents = ['The river runs north.', 'A second document, which is somewhat longer than the first one.', ''];
const file = join(folder, 'documents.jsonl');

let harness: Harness;
beforeAll(async () => {
  await writeFile(file, documents.map((text) => `${JSON.stringify({ text })}\n`).join(''));
  harness = await openHarness({ threads: 1 });
});
afterAll(() => harness.close());

it(
  'scores several corpora, each in a row of its own, with a stride that its metric names',
  { timeout: 60_000 },
  async () => {
    const model = await harness.open();
    const { rows } = await harness.perplexity(model, {
      corpus: ['wikitext2', file],
      stride: 8,
      window: 16,
      windows: 2,
    });
    expect(rows.map(({ task, metric, window, windows, items }) => [task, metric, window, windows, items])).toEqual([
      ['wikitext2', 'perplexity_stride_8', 16, 2, 15 + 8],
      ['documents.jsonl', 'perplexity_stride_8', 16, 2, 15 + 8],
    ]);
  },
);

it('scores documents by themselves, and tells each', { timeout: 60_000 }, async () => {
  const model = await harness.open();
  const scores: DocumentScore[] = [];
  const onDocument = (score: DocumentScore, { corpus }: { corpus: string }): void => {
    expect(corpus).toBe('documents.jsonl');
    scores.push(score);
  };
  const { rows, notes } = await harness.perplexity(model, {
    corpus: file,
    perDocument: true,
    onDocument,
    reference: [],
  });
  const [row] = rows;
  expect(row).toMatchObject({
    metric: 'perplexity_documents',
    skipped: 1,
    items: scores[0]!.predictions + scores[1]!.predictions,
  });
  const nll = scores.reduce((sum, { nllSum }) => sum + nllSum, 0);
  // The same sum, made in another order.
  expect(row!.value / Math.exp(nll / row!.items)).toBeCloseTo(1, 12);
  expect(rows.find(({ metric }) => metric === 'kl_divergence')!.value).toBe(0);
  expect(notes.join('\n')).toContain('none over two documents');
  // A document by itself is what it is in a file of its own.
  const alone = join(folder, 'alone.txt');
  await writeFile(alone, documents[1]!);
  const [single] = (await harness.perplexity(model, { corpus: alone, stride: 256 })).rows;
  // Beside a reference products are summed in another order: a float32 log-likelihood moves in the seventh digit, a mean of them within 1e-5.
  expect(Math.abs(Math.log(single!.value / scores[1]!.perplexity))).toBeLessThan(1e-5);
});

it('refuses a stride over documents that make no text', async () => {
  const model = await harness.open();
  await expect(harness.perplexity(model, { corpus: 'c4', stride: 8 })).rejects.toMatchObject({
    code: 'harness/documents-apart',
  });
  await expect(harness.perplexity(model, { corpus: [], stride: 8 })).rejects.toMatchObject({
    code: 'harness/bad-option',
  });
});
