/** Runs a matrix, records it, and compares it with a baseline; a regression ends the command with code 1. */
import { join } from 'node:path';
import { stdout } from 'node:process';
import { internalError } from '@linchpin/errors';
import { type Harness, Interrupted } from '@linchpin/harness';
import type { RecordedRun } from '@linchpin/plugin-api';
import { compareRuns, isFailure, meanings, requireOverlap } from '@linchpin/regression';
import { makeFolder, requireWritable } from '@linchpin/report';
import { openRun } from '@linchpin/run-store';
import { matrixSpeed, plainSession } from '@linchpin/runtime';
import type { NightlyFlags } from '../commands/nightly.ts';
import { severalModels } from '../errors.ts';
import { FailedCheck } from '../exit-codes.ts';
import type { HarnessFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { type NightlyPlan, planNightly } from '../nightly/plan-nightly.ts';
import { type NightFiles, nightFiles, reportNight, writeReport } from '../nightly/write-results.ts';
import { withHarness } from '../with-harness.ts';

export async function runNightly(given: NightlyFlags, invocation: Invocation): Promise<void> {
  const plan = planNightly(given, invocation.config);
  const files = nightFiles(plan.out);
  await makeFolder(plan.out);
  for (const file of Object.values<string>({ ...files })) await requireWritable(file);
  if (plan.matrix.models.length > 1 && given.superWeight !== undefined) throw severalModels('--super-weight');
  await withHarness(runFlags(given, plan), invocation, async (harness) => {
    const baseline = await baselineOf(plan, harness);
    const matrix = await harness.planMatrix(plan.matrix);
    if (baseline !== undefined) requireOverlap(baseline, matrix.parts);
    await harness.recording.open();
    // Times of numbers that were not computed say nothing.
    if (given.resume !== true) harness.recording.noteMatrixSpeed(await timeProduct(given));
    const notes = await resumable(matrix.run(), invocation);
    const { reporter } = harness.context;
    for (const note of notes) reporter.remark(note);
    const run = await keepRun(files, harness);
    const comparison = baseline === undefined ? undefined : compareRuns(baseline, run, plan.compare);
    const report = reportNight(run, comparison, files);
    await writeReport(report, files);
    stdout.write(given.json === true ? report.json : report.text);
    reporter.remark(`The results are in ${plan.out}.`);
    if (comparison !== undefined && isFailure(comparison.verdict))
      throw new FailedCheck(`${comparison.verdict}: ${meanings[comparison.verdict]}`);
  });
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

async function resumable<T>(work: Promise<T>, { ending }: Invocation): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    throw new Interrupted('the store has what was computed; --resume goes on with it', { cause: error });
  }
}

/** Of so many products the fastest counts. */
const timedProducts = 3;

async function timeProduct({ threads }: NightlyFlags): Promise<number> {
  return await matrixSpeed(plainSession({ threads }), timedProducts);
}

/** What is remembered would hide a regression of the program: everything is computed, unless an interrupted night goes on. */
function runFlags(flags: NightlyFlags, { out }: NightlyPlan): HarnessFlags {
  const { resume, store, ...others } = flags;
  // Without a store of the user's the run is recorded beside its results.
  const recorded = { ...others, store: store === false || store === undefined ? join(out, 'store') : store };
  return resume === true ? recorded : { ...recorded, fresh: true };
}

/** Ends the record of the run, and writes it as a file. */
async function keepRun(files: NightFiles, harness: Harness): Promise<RecordedRun> {
  const id = await harness.endRun('finished');
  const store = await harness.openStore();
  if (id === undefined || store === undefined) throw internalError('a night without a record');
  store.runs.exportTo(id, files.run);
  return store.runs.read(id);
}
