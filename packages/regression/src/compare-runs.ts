/** Compares a run with a baseline, part by part and as a whole. */
import { holmCorrection } from '@linchpin/metrics';
import type { RecordedRun } from '@linchpin/plugin-api';
import { changedSurroundings } from './changed-settings.ts';
import { defaultOptions } from './compare-options.ts';
import { judgePart, measurePart, withAdjusted } from './compare-part.ts';
import { compareResources } from './compare-resources.ts';
import type { ComparedRun, CompareOptions, RunComparison, Verdict } from './comparison.ts';
import { matchParts } from './match-parts.ts';

/** Later verdicts outweigh earlier ones. */
const byWeight: readonly Verdict[] = ['equal', 'improvement', 'changed', 'incomparable', 'regression'];

/** A baseline without one part of the run says nothing: then the verdict is `incomparable`. */
export function compareRuns(
  baseline: RecordedRun,
  run: RecordedRun,
  given: Partial<CompareOptions> = {},
): RunComparison {
  const options = { ...defaultOptions, ...given };
  const { matched, missing, added } = matchParts(baseline.parts, run.parts);
  const measured = matched.map(({ before, after }) => measurePart(before, after, options.tolerance));
  const adjusted = holmCorrection(measured.flatMap(({ tests }) => tests.map(({ p }) => p)));
  const parts = measured.map((part) => {
    const tested = { ...part, tests: withAdjusted(part.tests, adjusted.splice(0, part.tests.length)) };
    return { ...tested, verdict: judgePart(tested, options) };
  });
  const resources = compareResources({ baseline, run, matched }, options);
  const failing = options.failOn.some((resource) => resources[resource]?.isWithinBound === false);
  const verdicts: Verdict[] = [
    ...parts.map(({ verdict }) => verdict),
    ...(missing.length > 0 || failing ? (['regression'] as const) : []),
    ...(parts.length === 0 ? (['incomparable'] as const) : []),
  ];
  return {
    baseline: describe(baseline),
    run: describe(run),
    options,
    verdict: verdicts.reduce(
      (worst, each) => (byWeight.indexOf(each) > byWeight.indexOf(worst) ? each : worst),
      'equal',
    ),
    parts,
    missing,
    added,
    changes: changedSurroundings(baseline.environment, run.environment),
    ...resources,
  };
}

/** Whether the verdict is a reason to stop: a regression, or numbers that answer other questions than the baseline's. */
export function isFailure(verdict: Verdict): boolean {
  return verdict === 'regression' || verdict === 'incomparable';
}

function describe({ id, status, startedAt, environment }: RecordedRun): ComparedRun {
  return { id, status, startedAt, environment };
}
