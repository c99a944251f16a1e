/** Compares one task or corpus of two runs; what its tests say is decided when all of them are known. */
import type { RecordedPart, ResultRow } from '@linchpin/plugin-api';
import { changedSettings } from './changed-settings.ts';
import { sharedItems, compareRequests, flippedItems } from './shared-items.ts';
import type { CompareOptions, MetricComparison, PairedTest, PartComparison, Verdict } from './comparison.ts';
import { nameOf, rowOf } from './match-parts.ts';
import { pairedTests, type RawTest } from './paired-tests.ts';
import { relativeDifference } from './relative-difference.ts';

/** A part before its tests are corrected. */
export interface Measured extends Omit<PartComparison, 'verdict' | 'tests'> {
  readonly tests: readonly RawTest[];
}

export function measurePart(before: RecordedPart, after: RecordedPart, tolerance: number): Measured {
  const pairs = sharedItems(before, after);
  const measured = {
    ...nameOf(after),
    changes: changedSettings(rowOf(before), rowOf(after)),
    metrics: compareMetrics(before.rows, after.rows, tolerance),
    items: itemCounts(before, after, pairs.length),
    requests: compareRequests(pairs, tolerance),
  };
  if (isIncomparable(measured)) return { ...measured, tests: [], flipped: [] };
  const names = measured.metrics.map(({ metric }) => metric);
  return {
    ...measured,
    tests: isEqual(measured) ? [] : pairedTests(pairs, names),
    flipped: flippedItems(pairs),
  };
}

/** Of an average that has no items of its own those that it is made of, which were the same ones as far as the smaller number goes. */
function itemCounts(before: RecordedPart, after: RecordedPart, common: number): PartComparison['items'] {
  const counts = { before: before.items.length, after: after.items.length };
  if (counts.before + counts.after > 0) return { ...counts, common };
  const made = { before: rowOf(before).items, after: rowOf(after).items };
  return { ...made, common: Math.min(made.before, made.after) };
}

export function judgePart(
  part: Omit<PartComparison, 'verdict'>,
  { alpha, judge }: Pick<CompareOptions, 'alpha' | 'judge'>,
): Verdict {
  if (isIncomparable(part)) return 'incomparable';
  if (isEqual(part)) return 'equal';
  const found = part.tests.filter(({ adjusted }) => adjusted <= alpha);
  if (found.some(({ isWorse }) => isWorse)) return 'regression';
  if (found.length > 0) return 'improvement';
  return hasSameItems(part) && judge === 'numbers' ? 'regression' : 'changed';
}

type Numbers = Pick<PartComparison, 'changes' | 'metrics' | 'items' | 'requests'>;

/** Other data, another protocol, or no item in common. */
function isIncomparable({ changes, items }: Numbers): boolean {
  return changes.some(({ protocol }) => protocol) || (items.common === 0 && items.before + items.after > 0);
}

function isEqual(part: Numbers): boolean {
  return hasSameItems(part) && part.requests.beyond === 0 && part.metrics.every((metric) => metric.isEqual);
}

function hasSameItems({ items }: Numbers): boolean {
  return items.common === items.before && items.common === items.after;
}

/** A metric that only one of the runs has is NaN in the other, and not equal. */
function compareMetrics(
  before: readonly ResultRow[],
  after: readonly ResultRow[],
  tolerance: number,
): MetricComparison[] {
  const names = new Set([...before, ...after].map(({ metric }) => metric));
  return [...names].map((metric) => {
    const [old, now] = [before, after].map((rows) => rows.find((row) => row.metric === metric));
    return {
      metric,
      before: old?.value ?? NaN,
      after: now?.value ?? NaN,
      correctBefore: old?.correct ?? null,
      correctAfter: now?.correct ?? null,
      isEqual: old !== undefined && now !== undefined && isSameNumber(old, now, tolerance),
    };
  });
}

function isSameNumber(before: ResultRow, after: ResultRow, tolerance: number): boolean {
  if (before.items !== after.items || before.skipped !== after.skipped) return false;
  if (before.correct !== null && after.correct !== null) return before.correct === after.correct;
  const [old, now] = [before, after].map(({ metric, value }) =>
    /(?:^|_)perplexity$/u.test(metric) ? Math.log(value) : value,
  );
  return relativeDifference(old!, now!) <= tolerance;
}

/** The tests of a part with their corrected p values. */
export function withAdjusted(tests: readonly RawTest[], adjusted: readonly number[]): PairedTest[] {
  return tests.map((test, index) => ({ ...test, adjusted: adjusted[index]! }));
}
