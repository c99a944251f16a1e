/**
 * Which choice a model picks: the arg-max of the log-likelihoods, plain (`acc`) or by length (`acc_norm`).
 * As in numpy's `argmax`, which lm-evaluation-harness uses, the first of several equal values wins, and a NaN is above
 * every number.
 *
 * `acc_norm` divides by the characters of the choice without the space before it. `acc_bytes`, which
 * lm-evaluation-harness also has since 0.4.9.2, divides by UTF-8 bytes; other tools divide by tokens.
 */
import { internalError } from '@linchpin/errors';

/** Index of the largest value. */
export function predictChoice(logLikelihoods: ArrayLike<number>): number {
  if (logLikelihoods.length === 0) throw internalError('a question without choices was scored');
  let best = 0;
  for (let index = 1; index < logLikelihoods.length && !Number.isNaN(logLikelihoods[best]); index++) {
    if (!(logLikelihoods[index]! <= logLikelihoods[best]!)) best = index;
  }
  return best;
}

/** Index of the largest log-likelihood per Unicode code point of its choice. */
export function predictByLength(logLikelihoods: ArrayLike<number>, choices: readonly string[]): number {
  if (choices.length !== logLikelihoods.length)
    throw internalError(`${logLikelihoods.length} scores for ${choices.length} choices`);
  // Code points, as Python counts: `length` would count UTF-16 units.
  return predictChoice(choices.map((choice, index) => logLikelihoods[index]! / Array.from(choice).length));
}
