/**
 * Accuracy: the share of items that are answered right, and its standard error.
 *
 *     value = k / n        standardError = sqrt(value · (1 − value) / (n − 1))
 *
 * lm-evaluation-harness (`acc`, `acc_norm` and their `_stderr`) takes the sample standard deviation of the list of 0s and
 * 1s over √n: the same number, from a sum instead of a count, so that its last digit can differ. The textbook binomial
 * error divides by n. Neither is meant for very small n or for values at 0 and 1, where both say 0.
 */
import { internalError } from '@linchpin/errors';

/** A value and how far it may be off. */
export interface Estimate {
  readonly value: number;
  /** Null where one item, or none, says nothing about the spread. */
  readonly standardError: number | null;
}

/** Accuracy from counts; both parts lie between 0 and 1. */
export function accuracy(correct: number, items: number): Estimate {
  if (!(items > 0 && correct >= 0 && correct <= items)) throw internalError(`${correct} of ${items} items are correct`);
  const value = correct / items;
  return { value, standardError: items > 1 ? Math.sqrt((value * (1 - value)) / (items - 1)) : null };
}
