/**
 * Mean and spread as lm-evaluation-harness computes them: summed from the first value to the last, which is also what
 * Python's `sum` did before 3.12.
 */

/** Arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum / values.length;
}

/** Sample standard deviation (n − 1), in two passes; null for fewer than two values. */
export function sampleDeviation(values: ArrayLike<number>): number | null {
  if (values.length < 2) return null;
  const center = mean(values);
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index]! - center) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
