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

/** Those that the metrics call for; `acc` stands for the metric that decides whether an item is right. */
export function pairedTests(pairs: readonly ItemPair[], metrics: readonly string[]): RawTest[] {
  return [
    ...(metrics.includes('acc') ? compareAnswers(pairs) : []),
    ...(metrics.includes('perplexity') ? compareLikelihoods(pairs) : []),
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

function compareLikelihoods(pairs: readonly ItemPair[]): RawTest[] {
  const differences = pairs
    .map(({ before, after }) => negativeLogLikelihood(after) - negativeLogLikelihood(before))
    .filter((difference) => Number.isFinite(difference));
  const result = pairedTTest(differences);
  if (result === null) return [];
  return [
    { metric: 'perplexity', test: 'paired-t', meanDifference: result.mean, isWorse: result.mean > 0, p: result.p },
  ];
}

/** In nats: of a last word as a whole, of a window a token, as the perplexities are defined; NaN without a score. */
function negativeLogLikelihood(item: RecordedItem): number {
  const request = item.requests[0];
  const nll = -(scoreOf(item, 0) ?? NaN);
  return request?.continuation === undefined ? nll / (request?.tokens ?? 1) : nll;
}
