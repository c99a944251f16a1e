/**
 * The task `wikitext` beside lm-evaluation-harness 0.4.13: pages, words, bytes and windows equal; log-likelihoods of pages and bits per byte
 * within 1e-5, relatively (sums of float32 in another order, over thousands of tokens), and word perplexities within 1e-4, for an exponent of up
 * to 30 nats a word magnifies a relative difference of 1e-6.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JudgedItem } from '@linchpin/evaluator';
import { openHarness } from '@linchpin/harness';
import { describeShared, readSharedJson, sharedPath, temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';

interface Golden {
  readonly max_length: number;
  readonly prefix_token_id: number;
  readonly metrics: {
    readonly float64: Readonly<Record<'word_perplexity' | 'byte_perplexity' | 'bits_per_byte', number>>;
  };
  readonly pages: readonly {
    readonly text_sha256: string;
    readonly words: number;
    readonly bytes: number;
    readonly loglikelihood: number;
    /** Ids of the context, ids predicted, log-likelihood. */
    readonly windows: readonly (readonly [number, number, number])[];
  }[];
}

const cases = [
  { model: 'stories260K', golden: 'stories260K', wikitext: 'wikitext-2/wiki.test.raw' },
  { model: 'tinystories-656k', golden: 'tinystories-656k', wikitext: 'wikitext-2/wiki.test.raw' },
  { model: 'mini', golden: 'mini/mini', wikitext: 'mini/wikitext.test.txt' },
];

for (const { model, golden, wikitext } of cases) {
  const paths = [`golden/perplexity/${golden}/rolling.json`, `models/${model}`, `datasets/${wikitext}`];
  describeShared(`wikitext with ${model}`, paths, () => {
    it.each(['never', 'always'] as const)('BOS %s', { timeout: 120_000 }, async (bos) => {
      const expected = (readSharedJson(paths[0]!) as Record<string, Golden>)[`bos_${bos}`]!;
      const datasets = temporaryFolder();
      const place = join(datasets, wikitext.replace(/^mini\//, ''));
      mkdirSync(dirname(place), { recursive: true });
      copyFileSync(sharedPath(`datasets/${wikitext}`), place);
      await using harness = await openHarness({ threads: 1, datasets, store: false });
      const items: JudgedItem[] = [];
      const { rows } = await harness.evaluate(await harness.open(sharedPath(`models/${model}`)), {
        tasks: ['wikitext'],
        limit: expected.pages.length,
        bos,
        onItem: (item) => items.push(item),
      });
      expect(
        items.map(({ question }) =>
          question.kind === 'whole-text' ? { ...question, text: sha256(question.text) } : 0,
        ),
      ).toEqual(
        expected.pages.map(({ text_sha256: text, words, bytes }) => ({ kind: 'whole-text', text, words, bytes })),
      );
      const windows = items.flatMap(({ requests }) =>
        requests.map(({ tokens: { context, continuation } }) => [context.length, continuation.length]),
      );
      expect(windows).toEqual(expected.pages.flatMap((page) => page.windows.map(([before, asked]) => [before, asked])));
      expect(items[0]!.requests[0]!.tokens.context[0]).toBe(expected.prefix_token_id);
      for (const [index, { requests }] of items.entries()) {
        const sum = requests.reduce(
          (all, { result }) => all + ('score' in result ? result.score.logLikelihood : NaN),
          0,
        );
        expect(Math.abs(sum / expected.pages[index]!.loglikelihood - 1)).toBeLessThan(1e-5);
      }
      const { float64 } = expected.metrics;
      expect(rows.map(({ metric }) => metric)).toEqual(['word_perplexity', 'byte_perplexity', 'bits_per_byte']);
      const [word, byte, bits] = rows.map(({ value, metric }) =>
        Math.abs(value / float64[metric as 'bits_per_byte'] - 1),
      );
      expect(word).toBeLessThan(1e-4);
      expect(byte).toBeLessThan(1e-5);
      expect(bits).toBeLessThan(1e-5);
    });
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
