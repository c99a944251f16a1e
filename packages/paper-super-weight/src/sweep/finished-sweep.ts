/** A sweep with its averages, its comparisons with the unchanged model, and the printed averages beside. */
import { unweightedAverage } from '@linchpin/metrics';
import { compareFactors, type FactorComparison } from './compare-factors.ts';
import { publishedAverages } from './published-averages.ts';
import type { SweepPlan, SweepResult, SweptColumn } from './run-sweep.ts';

export interface FinishedSweep {
  readonly factors: readonly number[];
  readonly columns: readonly SweptColumn[];
  /** Unweighted averages of the accuracies in percent, one a factor. */
  readonly averages: readonly number[];
  readonly comparisons: readonly FactorComparison[];
  /** Printed averages by factor. */
  readonly published: ReadonlyMap<number, number>;
}

export function finishSweep({ opened, factors }: SweepPlan, { columns }: SweepResult): FinishedSweep {
  const accuracies = columns.filter(({ kind }) => kind === 'accuracy');
  return {
    factors,
    columns,
    averages: factors.map((_, point) => unweightedAverage(accuracies.map(({ points }) => points[point]!.value))),
    comparisons: compareFactors(factors, columns),
    published: publishedAverages(opened.hubId),
  };
}

/** What a column says of a factor in comparison; undefined for the unchanged model. */
export function comparisonOf(
  { comparisons }: FinishedSweep,
  header: string,
  factor: number,
): FactorComparison | undefined {
  return comparisons.find((each) => each.header === header && each.factor === factor);
}
