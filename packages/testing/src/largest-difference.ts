/** Largest |a[i] - b[i]|, infinite where either is NaN. Fails where the lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} and ${b.length} numbers`);
  let largest = 0;
  // A NaN must not pass for a small difference.
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Number.isNaN(a[i]! - b[i]!) ? Infinity : Math.abs(a[i]! - b[i]!));
  return largest;
}
