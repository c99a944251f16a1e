/**
 * Every factor against the unchanged model on the same items and windows. The gains that the paper reports, 0.04 to 0.4
 * points, are within one standard error of an accuracy; what the two models disagree about tells more than that.
 */
import { holmCorrection, mcnemarTest, mean, pairedBootstrap, pairedTTest, sampleDeviation } from '@linchpin/metrics';
import { internalError } from '@linchpin/errors';
import { unchanged } from './factors.ts';
import type { SweptColumn } from './run-sweep.ts';

/** One column at one factor, against the unchanged model. */
export interface FactorComparison {
  readonly factor: number;
  readonly header: string;
  /** What differs: accuracies in percentage points, or the mean negative log-likelihood in nats. */
  readonly unit: 'points' | 'nats';
  /** Items or windows. */
  readonly items: number;
  readonly difference: number;
  /** Of the paired difference; null for a single item. */
  readonly standardError: number | null;
  /** 95 % percentile interval of the paired bootstrap; null for a single item. */
  readonly interval: readonly [low: number, high: number] | null;
  /** McNemar's exact test for accuracies, the paired t test for log-likelihoods; two-sided. */
  readonly test: 'mcnemar' | 't' | 'none';
  readonly statistic: number | null;
  readonly p: number | null;
  /** Corrected for the other factors of the same column (Holm). */
  readonly pHolm: number | null;
}

export const averageHeader = 'AVG';

/** By column, then by factor; the unchanged model itself is left out. The average of the accuracies comes last. */
export function compareFactors(factors: readonly number[], columns: readonly SweptColumn[]): FactorComparison[] {
  const compared = columns.flatMap((column) => compareColumn(factors, column));
  return [...compared, ...compareAverages(factors, compared)];
}

function compareColumn(factors: readonly number[], { kind, header, points }: SweptColumn): FactorComparison[] {
  const reference = points[factors.indexOf(unchanged)]?.outcomes;
  if (reference === undefined) throw internalError('a sweep without the unchanged model');
  const compared = factors.flatMap((factor, point) =>
    factor === unchanged ? [] : [{ factor, header, ...compare(kind, points[point]!.outcomes, reference) }],
  );
  const adjusted = holmCorrection(compared.map(({ p }) => p ?? 1));
  return compared.map((each, index) => ({ ...each, pHolm: each.p === null ? null : adjusted[index]! }));
}

function compare(
  kind: SweptColumn['kind'],
  outcomes: readonly number[],
  reference: readonly number[],
): Omit<FactorComparison, 'factor' | 'header' | 'pHolm'> {
  if (outcomes.length !== reference.length)
    throw internalError(`${outcomes.length} outcomes beside ${reference.length}`);
  const scale = kind === 'accuracy' ? 100 : 1;
  const differences = outcomes.map((outcome, item) => scale * (outcome - reference[item]!));
  const interval = pairedBootstrap(differences);
  const shared = { items: differences.length, difference: mean(differences), interval };
  const deviation = sampleDeviation(differences);
  const standardError = deviation === null ? null : deviation / Math.sqrt(differences.length);
  if (kind === 'accuracy') {
    const only = (sign: number): number => differences.filter((difference) => Math.sign(difference) === sign).length;
    const p = mcnemarTest(only(1), only(-1));
    return { ...shared, unit: 'points', standardError, test: 'mcnemar', statistic: null, p };
  }
  const test = pairedTTest(differences);
  return { ...shared, unit: 'nats', standardError, test: 't', statistic: test?.t ?? null, p: test?.p ?? null };
}

/** Tasks have no items in common: their errors add up in squares. */
function compareAverages(factors: readonly number[], compared: readonly FactorComparison[]): FactorComparison[] {
  const accuracies = compared.filter(({ unit }) => unit === 'points');
  return factors.flatMap((factor): FactorComparison[] => {
    const own = accuracies.filter((each) => each.factor === factor);
    if (own.length === 0) return [];
    const errors = own.map(({ standardError }) => standardError);
    return [
      {
        factor,
        header: averageHeader,
        unit: 'points',
        items: own.reduce((sum, { items }) => sum + items, 0),
        difference: mean(own.map(({ difference }) => difference)),
        standardError: errors.every((error) => error !== null) ? Math.hypot(...errors) / own.length : null,
        interval: null,
        test: 'none',
        statistic: null,
        p: null,
        pHolm: null,
      },
    ];
  });
}
