/**
 * Perplexities against transformers by the GPTQ protocol. Tolerances:
 * 2e-3 for the sum over a window of up to 512 tokens (float32 against float64 is at most 1.4e-3), 2e-6 relative for a
 * perplexity (float32 against float64 is at most 7e-7).
 */
import { createLanguageModel } from '@linchpin/evaluator';
import { folderTexts, layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import {
  c4,
  joinedDocuments,
  perplexityOf,
  type PerplexityResult,
  readDocuments,
  readTextFile,
  wikitext2,
  type WindowBos,
  type WindowedText,
} from '@linchpin/perplexity';
import type { LanguageModel } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';

const windowTolerance = 2e-3;
const perplexityTolerance = 2e-6;
const first = 20;

interface Numbers {
  readonly float32: number;
  readonly float64?: number;
}

interface GoldenWindows {
  readonly windows: number;
  readonly perplexity: Numbers;
  readonly perplexity_first20: Numbers;
  readonly first20: readonly { readonly nll_sum_float64: number }[];
}

interface GoldenSegments {
  readonly windows: number;
  readonly perplexity: Numbers;
  readonly segments: readonly { readonly nll_float64: number }[];
}

const cases = [
  {
    model: 'stories260K',
    golden: 'stories260K',
    wikitext: 'datasets/wikitext-2/wiki.test.raw',
    documents: 'datasets/c4/train_sample2000.jsonl',
  },
  {
    model: 'tinystories-656k',
    golden: 'tinystories-656k',
    wikitext: 'datasets/wikitext-2/wiki.test.raw',
    documents: 'datasets/c4/train_sample2000.jsonl',
  },
  {
    model: 'mini',
    golden: 'mini/mini',
    wikitext: 'datasets/mini/wikitext.test.txt',
    documents: 'datasets/mini/c4.validation.jsonl',
  },
];

for (const { model, golden, wikitext, documents } of cases) {
  const read = (name: string): unknown => readSharedJson(`golden/perplexity/${golden}/${name}.json`);
  describeShared(
    `perplexity of ${model}`,
    [`golden/perplexity/${golden}`, `models/${model}`, wikitext, documents],
    () => {
      describe('WikiText-2', () => {
        it.each([
          ['first', 128],
          ['first', 256],
          ['first', 512],
          ['never', 512],
        ] as const)('BOS %s, windows of %i', async (bos, window) => {
          const { languageModel, options } = await open(model);
          const text = wikitext2(await readTextFile(sharedPath(wikitext)), { ...options, bos, window });
          const expected = (read('wikitext2') as Record<string, { lengths: Record<string, GoldenWindows> }>)[
            goldenBos(bos)
          ]!.lengths[String(window)]!;
          // Whole texts once, at the longest window with the papers' BOS; the rest is the same code on the same ids.
          const isWhole = window === 512 && bos === 'first';
          const result = await perplexityOf(languageModel, text, isWhole ? {} : { limit: first });
          expectWindows(
            result,
            expected.first20.map(({ nll_sum_float64 }) => nll_sum_float64),
          );
          expectPerplexity(result.perplexity, isWhole ? expected.perplexity : firstWindows(expected));
          if (isWhole) expect(result.windows.length).toBe(expected.windows);
        });
      });

      describe('C4', () => {
        it.each([128, 256, 512])('256 random segments of %i', async (window) => {
          const { languageModel, options } = await open(model);
          const expected = (read('c4') as { lengths: Record<string, GoldenSegments> }).lengths[String(window)]!;
          const result = await perplexityOf(
            languageModel,
            c4(await readDocuments(sharedPath(documents)), { ...options, window }),
          );
          expectWindows(
            result,
            expected.segments.map(({ nll_float64 }) => nll_float64),
          );
          expectPerplexity(result.perplexity, expected.perplexity);
          expect(result.windows.length).toBe(expected.windows);
        });

        it('joined documents', async () => {
          const { languageModel, options } = await open(model);
          const expected = (read('c4') as { joined_1100: GoldenWindows }).joined_1100;
          const text: WindowedText = joinedDocuments(await readDocuments(sharedPath(documents)), {
            ...options,
            window: 512,
          });
          const result = await perplexityOf(languageModel, text, { limit: first });
          expectWindows(
            result,
            expected.first20.map(({ nll_sum_float64 }) => nll_sum_float64),
          );
        });
      });
    },
  );
}

async function open(model: string): Promise<{
  languageModel: LanguageModel;
  options: { tokenizer: Awaited<ReturnType<typeof loadTokenizer>>; contextLength: number };
}> {
  const folder = sharedPath(`models/${model}`);
  const decoder = await openDecoder(folder);
  const tokenizer = await loadTokenizer(folderTexts(folder), { vocabularySize: decoder.config.vocabularySize });
  const languageModel = createLanguageModel(await createExecutor(await layCheckpoint(decoder)));
  return { languageModel, options: { tokenizer, contextLength: decoder.config.contextLength } };
}

function goldenBos(bos: WindowBos): string {
  return bos === 'never' ? 'bos_none' : 'bos_first';
}

function firstWindows({ perplexity_first20, perplexity, windows }: GoldenWindows): Numbers {
  return windows <= first ? perplexity : perplexity_first20;
}

function expectWindows(result: PerplexityResult, expected: readonly number[]): void {
  expect(expected.length).toBeGreaterThan(0);
  expected.forEach((sum, window) =>
    expect(Math.abs(result.windows[window]!.nllSum - sum)).toBeLessThan(windowTolerance),
  );
}

function expectPerplexity(perplexity: number, expected: Numbers): void {
  expect(Math.abs(perplexity / (expected.float64 ?? expected.float32) - 1)).toBeLessThan(perplexityTolerance);
}
