/** Runs the matrix of a night, records it, compares it with the baseline, and writes the results. */
import { internalError } from '@linchpin/errors';
import type { Harness } from '@linchpin/harness';
import type { RecordedRun } from '@linchpin/plugin-api';
import { compareRuns, requireOverlap, type RunComparison } from '@linchpin/regression';
import { openRun } from '@linchpin/run-store';
import { matrixSpeed, plainSession } from '@linchpin/runtime';
import { type NightFiles, type NightReport, reportNight, writeReport } from './night-files.ts';
import type { NightlyPlan } from './plan-nightly.ts';

export interface Night {
  readonly report: NightReport;
  /** Absent where there was no baseline. */
  readonly comparison: RunComparison | undefined;
  /** What should be known of the numbers. */
  readonly notes: ReadonlySet<string>;
}

export interface NightRun {
  readonly files: NightFiles;
  /** Whether it goes on with an earlier one: times of numbers that were not computed say nothing, and no speed is compared. */
  readonly isResumed: boolean;
}

/** The harness has a store, in which the run is recorded. Whatever could stop the night is asked before its first number. */
export async function runNight(harness: Harness, plan: NightlyPlan, { files, isResumed }: NightRun): Promise<Night> {
  const baseline = await baselineOf(plan, harness);
  const matrix = await harness.planMatrix(plan.matrix);
  if (baseline !== undefined) requireOverlap(baseline, matrix.parts);
  await harness.recording.open();
  if (!isResumed) harness.recording.noteMatrixSpeed(await timeProduct(harness));
  const notes = await matrix.run();
  const run = await keepRun(files, harness);
  const comparison = baseline === undefined ? undefined : compareRuns(baseline, run, plan.compare);
  const report = reportNight(run, comparison, files);
  await writeReport(report, files);
  return { report, comparison, notes };
}

async function baselineOf({ baseline }: NightlyPlan, harness: Harness): Promise<RecordedRun | undefined> {
  if (baseline === undefined) return undefined;
  const store = await harness.openStore();
  const run = await openRun(baseline, () => store?.runs ?? fail());
  return run.read();
}

function fail(): never {
  throw internalError('a night without a store');
}

/** Of so many products the fastest counts. */
const timedProducts = 3;

async function timeProduct({ context }: Harness): Promise<number> {
  return await matrixSpeed(plainSession({ threads: context.settings.threads }), timedProducts);
}

/** Ends the record of the run, and writes it as a file. */
async function keepRun(files: NightFiles, harness: Harness): Promise<RecordedRun> {
  const id = await harness.endRun('finished');
  const store = await harness.openStore();
  if (id === undefined || store === undefined) throw internalError('a night without a record');
  store.runs.exportTo(id, files.run);
  return store.runs.read(id);
}
