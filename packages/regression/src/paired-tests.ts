/**
 * Whether a run is better or worse than a baseline on the items that both have, whose own spread is far larger than the
 * difference: McNemar's exact test for accuracies, the paired t test of negative log-likelihoods for perplexities.
 */
import { mcnemarTest, pairedTTest } from '@linchpin/metrics';
import type { RecordedItem } from '@linchpin/plugin-api';
import { type ItemPair, scoreOf } from './shared-items.ts';
import type { PairedTest } from './comparison.ts';

/** A test whose p is not yet corrected. */
export type RawTest = Omit<PairedTest, 'adjusted'>;

const perplexities = ['perplexity', 'word_perplexity'] as const;

type Perplexity = (typeof perplexities)[number];

/** Those that the metrics call for; `acc` stands for the metric that decides whether an item is right. */
export function pairedTests(pairs: readonly ItemPair[], metrics: readonly string[]): RawTest[] {
  return [
    ...(metrics.includes('acc') ? compareAnswers(pairs) : []),
    ...perplexities.flatMap((metric) => (metrics.includes(metric) ? compareLikelihoods(pairs, metric) : [])),
  ];
}

function compareAnswers(pairs: readonly ItemPair[]): RawTest[] {
  const judged = pairs.filter(({ before, after }) => before.isRight !== undefined && after.isRight !== undefined);
  if (judged.length === 0) return [];
  const onlyBefore = judged.filter(({ before, after }) => before.isRight === true && after.isRight === false).length;
  const onlyAfter = judged.filter(({ before, after }) => before.isRight === false && after.isRight === true).length;
  const p = mcnemarTest(onlyBefore, onlyAfter);
  return [{ metric: 'acc', test: 'mcnemar', onlyBefore, onlyAfter, isWorse: onlyBefore > onlyAfter, p }];
}

function compareLikelihoods(pairs: readonly ItemPair[], metric: Perplexity): RawTest[] {
  const differences = pairs
    .map(({ before, after }) => negativeLogLikelihood(after, metric) - negativeLogLikelihood(before, metric))
    .filter((difference) => Number.isFinite(difference));
  const result = pairedTTest(differences);
  if (result === null) return [];
  return [{ metric, test: 'paired-t', meanDifference: result.mean, isWorse: result.mean > 0, p: result.p }];
}

/** In nats: of a last word as a whole, of a window or a whole text a token, as the perplexities are defined; NaN without a score. */
function negativeLogLikelihood(item: RecordedItem, metric: Perplexity): number {
  const { requests } = item;
  const sum = (of: (request: number) => number): number =>
    requests.reduce((total, _, request) => total + of(request), 0);
  const nll = -sum((request) => scoreOf(item, request) ?? NaN);
  const isWord = metric === 'perplexity' && requests[0]?.continuation !== undefined;
  return isWord ? nll : nll / sum((request) => requests[request]!.tokens);
}
