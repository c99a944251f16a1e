/** Metrics and standard errors of lm-evaluation-harness 0.4.13, made again from its log-likelihoods. */
import {
  accuracy,
  analyticPerplexityError,
  bootstrapPerplexityError,
  perplexity,
  predictChoice,
  unweightedAverage,
} from '@linchpin/metrics';
import { describeShared } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { type GoldenRequest, readRequests, readResults } from './lm-eval-golden.ts';

/** Relative: sums in another order, or a product where the reference has a sum, move the last of 16 digits. */
const tolerance = 1e-13;

const models = ['stories260K', 'tinystories-656k'];
const runs = models.flatMap((model) => ['never', 'always'].map((bos) => `${model}/${bos}/first100`));

for (const run of [...runs, 'mini/never/mini', 'mini/always/mini']) {
  describeShared(`metrics of ${run}`, [`golden/lm-eval/${run}`], () => {
    const { results, settings, total } = readResults(run);
    const golden = readRequests(run);

    describe.each(Object.entries(results))('%s', (name, result) => {
      it('picks the same choices', () => {
        const items = itemsOf(golden.get(name)!, result.predictions.length);
        expect(items.map((requests) => predictionOf(name, requests)).join('')).toBe(result.predictions);
      });

      it('has the same accuracies and standard errors', () => {
        const { value, standardError } = accuracy(result.correct, result.items);
        expect(difference(value, result.acc)).toBeLessThan(tolerance);
        expect(difference(standardError!, result.acc_stderr)).toBeLessThan(tolerance);
      });
    });

    const withNorm = Object.entries(results).filter(([, result]) => result.acc_norm !== undefined);
    it.each(withNorm)('has the same acc_norm and standard error in %s', (_, result) => {
      const { value, standardError } = accuracy(result.correct_norm!, result.items);
      expect(difference(value, result.acc_norm!)).toBeLessThan(tolerance);
      expect(difference(standardError!, result.acc_norm_stderr!)).toBeLessThan(tolerance);
    });

    it('has the same average', () => {
      const average = unweightedAverage(Object.values(results).map(({ acc }) => acc));
      expect(difference(average, total.mean_acc)).toBeLessThan(tolerance);
    });

    it('has the same perplexity of LAMBADA, and draws the same bootstrap', () => {
      const { perplexity: value, perplexity_stderr: error } = results['lambada_openai']!;
      const logLikelihoods = lastWords(golden);
      const bootstrap = bootstrapPerplexityError(logLikelihoods, settings.bootstrap_iters)!;
      expect(difference(perplexity(logLikelihoods), value!)).toBeLessThan(tolerance);
      expect(difference(bootstrap, error!)).toBeLessThan(tolerance);
    });
  });
}

describeShared('analytic standard error of a perplexity', ['golden/lm-eval/mini/never/mini'], () => {
  it('is within a tenth of the bootstrap, at 200 words and a perplexity of 3.5', () => {
    const { perplexity_stderr: error } = readResults('mini/never/mini').results['lambada_openai']!;
    // The delta method leaves out terms of the order of the relative error itself, which is 0.1 here.
    expect(difference(analyticPerplexityError(lastWords(readRequests('mini/never/mini')))!, error!)).toBeLessThan(0.1);
  });
});

type Requests = ReturnType<typeof readRequests>;

/** Requests of every item, none for a skipped one. */
function itemsOf(requests: ReadonlyMap<number, readonly GoldenRequest[]>, items: number): (readonly GoldenRequest[])[] {
  return Array.from({ length: items }, (_, docId) => requests.get(docId) ?? []);
}

function predictionOf(name: string, requests: readonly GoldenRequest[]): string {
  if (requests.length === 0) return '-';
  if (name === 'lambada_openai') return requests[0]!.is_greedy ? '1' : '0';
  return String(predictChoice(requests.map(({ loglikelihood }) => loglikelihood)));
}

function lastWords(requests: Requests): number[] {
  return [...requests.get('lambada_openai')!.values()].flat().map(({ loglikelihood }) => loglikelihood);
}

/** Relative, but for an expected 0. */
function difference(found: number, expected: number): number {
  return Math.abs(found - expected) / (expected === 0 ? 1 : Math.abs(expected));
}
