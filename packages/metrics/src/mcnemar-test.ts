/**
 * McNemar's exact test (Q. McNemar, Psychometrika 12, 1947): do two models that answer the same items differ in how many
 * they answer right? Only items that one of them answers and the other does not say anything; were both alike, each
 * would win such an item with probability ½.
 *
 *     p = min(1, 2 · P(X ≤ min(b, c))),   X ~ Binomial(b + c, ½)
 */
import { internalError } from '@linchpin/errors';

/** Two-sided p; the counts are of items that only the one, and only the other, answers right. 1 where both are 0. */
export function mcnemarTest(onlyFirst: number, onlySecond: number): number {
  for (const count of [onlyFirst, onlySecond])
    if (!(Number.isSafeInteger(count) && count >= 0)) throw internalError(`${count} is no number of items`);
  const trials = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // ln (trials over fewer) / 2^trials; the smaller terms follow by their ratios.
  let logLargest = -trials * Math.LN2;
  for (let j = 1; j <= fewer; j++) logLargest += Math.log((trials - fewer + j) / j);
  let term = 1;
  let sum = 0;
  for (let wins = fewer; wins >= 0; wins--) {
    sum += term;
    term *= wins / (trials - wins + 1);
  }
  return Math.min(1, 2 * Math.exp(logLargest) * sum);
}
