/**
 * How far two numbers lie apart, relative to the first, or absolute where that is below 1: log-likelihoods near 0 are those
 * of near certainty, where a relative difference would say more than a probability can. Infinite where only one is finite.
 */
export function relativeDifference(before: number, after: number): number {
  if (Object.is(before, after) || before === after) return 0;
  const difference = Math.abs(after - before) / Math.max(1, Math.abs(before));
  return Number.isFinite(difference) ? difference : Infinity;
}
