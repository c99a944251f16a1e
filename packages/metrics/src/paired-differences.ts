/**
 * The mean of paired differences, by the t test (Student, Biometrika 6, 1908) and by the
 * bootstrap (B. Efron, Annals of Statistics 7, 1979): whether one model is better than another on the
 * same windows, whose own spread is far larger than the difference.
 */
import { PythonRandom } from '@linchpin/random';
import { badReplicates } from './errors.ts';
import { mean, sampleDeviation } from './sample-deviation.ts';
import { twoSidedTail } from './student-t.ts';

export interface PairedTTest {
  readonly mean: number;
  /** Sample standard deviation (n − 1) of the differences over √n. */
  readonly standardError: number;
  readonly t: number;
  /** Two-sided, with n − 1 degrees of freedom; 1 where all differences are 0. */
  readonly p: number;
}

/** Student's paired t test, of a mean of 0; null for fewer than two differences. */
export function pairedTTest(differences: ArrayLike<number>): PairedTTest | null {
  const deviation = sampleDeviation(differences);
  if (deviation === null) return null;
  const center = mean(differences);
  const standardError = deviation / Math.sqrt(differences.length);
  const t = center === 0 ? 0 : center / standardError;
  return { mean: center, standardError, t, p: twoSidedTail(t, differences.length - 1) };
}

export interface BootstrapOptions {
  /** Default 1000. */
  readonly replicates?: number;
  /** Of CPython's generator; default 0. */
  readonly seed?: number;
  /** Share of the replicates inside the interval; default 0.95. */
  readonly confidence?: number;
}

/** Percentile interval of the mean difference (B. Efron, Annals of Statistics 7, 1979); null for fewer than two. */
export function pairedBootstrap(
  differences: ArrayLike<number>,
  { replicates = 1000, seed = 0, confidence = 0.95 }: BootstrapOptions = {},
): readonly [low: number, high: number] | null {
  if (!Number.isSafeInteger(replicates) || replicates < 1) throw badReplicates(replicates);
  const count = differences.length;
  if (count < 2) return null;
  const generator = new PythonRandom(seed);
  const means = Float64Array.from({ length: replicates }, () => {
    let sum = 0;
    for (const index of generator.choices(count, count)) sum += differences[index]!;
    return sum / count;
  }).toSorted();
  return [quantile(means, (1 - confidence) / 2), quantile(means, (1 + confidence) / 2)];
}

/** Linear between neighbours, as numpy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
