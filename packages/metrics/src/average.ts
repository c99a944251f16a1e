/**
 * The average over tasks that tables print: every task counts the same, however many items it has.
 * lm-evaluation-harness's group scores weight by items unless told otherwise (`weight_by_size`). The super-weight paper
 * (arXiv 2411.07191) averages without weights, and some of its printed averages are cut after two digits, not rounded.
 */
import { internalError } from '@linchpin/errors';
import { mean } from './sample-deviation.ts';

/** Unweighted mean of at least one value. */
export function unweightedAverage(values: readonly number[]): number {
  if (values.length === 0) throw internalError('an average of nothing');
  return mean(values);
}
