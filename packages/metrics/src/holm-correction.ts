/**
 * Holm's step-down correction (S. Holm, Scandinavian Journal of Statistics 6, 1979): p values of several tests, raised so
 * that the chance of even one false finding among them stays below the level that they are compared with.
 */

/** Adjusted p values in the order of the given ones. */
export function holmCorrection(pValues: readonly number[]): number[] {
  const ascending = [...pValues.keys()].toSorted((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = pValues.map(() => 0);
  let largest = 0;
  for (const [rank, index] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}
