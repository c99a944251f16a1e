/** What a run needed beside what its baseline needed. */
import type { RecordedPart, RecordedRun } from '@linchpin/plugin-api';
import type { CompareOptions, ResourceComparison, RunComparison } from './comparison.ts';
import { rowOf } from './match-parts.ts';

/** Below so many seconds of work, start and noise are most of what a clock sees. */
const leastSeconds = 1;

type Matched = readonly { readonly before: RecordedPart; readonly after: RecordedPart }[];

export function compareResources(
  runs: { readonly baseline: RecordedRun; readonly run: RecordedRun; readonly matched: Matched },
  { leastSpeed, mostMemory }: Pick<CompareOptions, 'leastSpeed' | 'mostMemory'>,
): Pick<RunComparison, 'speed' | 'memory'> {
  const { baseline, run, matched } = runs;
  const speed = ratioOf(
    speedOf(
      matched.map(({ before }) => before),
      baseline,
    ),
    speedOf(
      matched.map(({ after }) => after),
      run,
    ),
    (ratio) => ratio >= leastSpeed,
  );
  const memory = ratioOf(baseline.environment.peakMemory, run.environment.peakMemory, (ratio) => ratio <= mostMemory);
  return { ...(speed === undefined ? {} : { speed }), ...(memory === undefined ? {} : { memory }) };
}

/** Tokens computed while the machine could have done a GFLOP of a plain product; undefined where no product was timed. */
function speedOf(matched: readonly RecordedPart[], { environment }: RecordedRun): number | undefined {
  // An average without items of its own repeats what its tasks have cost.
  const parts = matched.filter(({ items }) => items.length > 0);
  const seconds = parts.reduce((sum, part) => sum + rowOf(part).seconds, 0);
  const tokens = parts.reduce((sum, part) => sum + rowOf(part).tokensComputed, 0);
  if (environment.matrixSpeed === undefined || seconds < leastSeconds) return undefined;
  return tokens / seconds / environment.matrixSpeed;
}

function ratioOf(
  before: number | undefined,
  after: number | undefined,
  isWithin: (ratio: number) => boolean,
): ResourceComparison | undefined {
  if (before === undefined || after === undefined || before === 0) return undefined;
  const ratio = after / before;
  return { before, after, ratio, isWithinBound: isWithin(ratio) };
}
