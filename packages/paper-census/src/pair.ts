/** What two subjects do together beside what each does alone. */
import { pairedTTest } from '@linchpin/metrics';

/**
 * `masking`: either alone is harmless, both together are not; the others say how both together compare with the sum, beyond
 * two standard errors.
 */
export type Together = 'masking' | 'more than the sum' | 'less than the sum' | 'the sum';

export interface Interaction {
  /** Change of the loss with both ablated, less the changes with each alone. */
  readonly value: number;
  /** Of the paired differences of the windows; null with fewer than two. */
  readonly standardError: number | null;
  readonly together: Together;
}

export interface PairedChanges {
  /** Changes of the loss by window. */
  readonly both: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** `leastEffect`: below which a change is harmless, in nats a token. */
export function interactionOf({ both, first, second }: PairedChanges, leastEffect: number): Interaction {
  const differences = both.map((change, window) => change - first[window]! - second[window]!);
  const value = meanOf(differences);
  const standardError = pairedTTest(differences)?.standardError ?? null;
  const isHarmless = (changes: readonly number[]): boolean => Math.abs(meanOf(changes)) < leastEffect;
  const beyond = standardError === null ? 0 : 2 * standardError;
  const isMasking = isHarmless(first) && isHarmless(second) && meanOf(both) >= leastEffect && value > beyond;
  const compared = value > beyond ? 'more than the sum' : value < -beyond ? 'less than the sum' : 'the sum';
  return { value, standardError, together: isMasking ? 'masking' : compared };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
