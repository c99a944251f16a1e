/** Whether a run is as good as the committed one, part by part. */
import type { ExecutionName } from '../executions.ts';
import { isCost, isCount, needsExecution, type Ratios } from './ratios.ts';

/** How far a ratio may move: speeds of a busy machine differ by a third, counts only where the code has changed. */
const allowance = { measured: 1.5, counted: 1.05 } as const;

/** Padding is a small share, which rounding moves by much of itself. */
const paddingRest = 0.01;

export type Verdict = 'as before' | 'worse' | 'better' | 'new' | 'left out' | 'not measured';

export interface ComparedRatio {
  readonly name: string;
  /** Absent where one of the runs has not measured it. */
  readonly before?: number;
  readonly now?: number;
  /** The value from which it is worse. */
  readonly bound?: number;
  readonly verdict: Verdict;
}

/** In the order of the baseline, then what is new. What needs an execution of `leftOut` is not expected in `now`. */
export function compareRatios(before: Ratios, now: Ratios, leftOut: readonly ExecutionName[] = []): ComparedRatio[] {
  const compared = Object.entries(before).map(([name, value]): ComparedRatio => {
    const ratio = compareRatio(name, value, now[name]);
    const isLeftOut = leftOut.some((execution) => needsExecution(name, execution));
    return ratio.verdict === 'not measured' && isLeftOut ? { ...ratio, verdict: 'left out' } : ratio;
  });
  const added = Object.entries(now)
    .filter(([name]) => before[name] === undefined)
    .map(([name, value]): ComparedRatio => ({ name, now: value, verdict: 'new' }));
  return [...compared, ...added];
}

function compareRatio(name: string, before: number, now: number | undefined): ComparedRatio {
  const factor = isCount(name) ? allowance.counted : allowance.measured;
  const bound = isCost(name) ? before * factor + paddingRest : before / factor;
  if (now === undefined) return { name, before, bound, verdict: 'not measured' };
  return { name, before, now, bound, verdict: verdictOf({ name, before, now, bound }) };
}

function verdictOf({
  name,
  before,
  now,
  bound,
}: {
  name: string;
  before: number;
  now: number;
  bound: number;
}): Verdict {
  // NaN is worse than anything.
  const isWorse = isCost(name) ? !(now <= bound) : !(now >= bound);
  if (isWorse) return 'worse';
  const factor = isCount(name) ? allowance.counted : allowance.measured;
  const isBetter = isCost(name) ? now < (before - paddingRest) / factor : now > before * factor;
  return isBetter ? 'better' : 'as before';
}
