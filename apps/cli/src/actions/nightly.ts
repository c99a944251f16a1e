/** Runs a matrix, records it, and compares it with a baseline; a regression ends the command with code 1. */
import { join } from 'node:path';
import { stdout } from 'node:process';
import { internalError } from '@linchpin/errors';
import type { RecordedRun } from '@linchpin/plugin-api';
import { compareRuns, isFailure } from '@linchpin/regression';
import { matrixSpeed } from '@linchpin/runtime';
import type { NightlyFlags } from '../commands/nightly.ts';
import { meanings } from '../compare/in-words.ts';
import { openRun } from '../compare/open-run.ts';
import { findConfig } from '../config/apply-config.ts';
import { severalModels } from '../errors.ts';
import { FailedCheck } from '../failed-check.ts';
import type { ModelFlags } from '../flags.ts';
import { Interrupted } from '../interrupt.ts';
import { type NightlyPlan, planNightly } from '../nightly/plan-nightly.ts';
import { requireOverlap } from '../nightly/require-overlap.ts';
import { openMatrix, runMatrix } from '../nightly/run-matrix.ts';
import { type NightFiles, nightFiles, reportNight, writeReport } from '../nightly/write-results.ts';
import { endRecord, noteMatrixSpeed, recordOf } from '../recording/command-record.ts';
import { remark } from '../remark.ts';
import { storeOf } from '../store/open-stores.ts';
import { makeFolder, requireWritable } from '../writable.ts';

export async function runNightly(given: NightlyFlags, signal: AbortSignal): Promise<void> {
  const plan = planNightly(given, await findConfig(given));
  const flags = runFlags(given, plan);
  const files = nightFiles(plan.out);
  await makeFolder(plan.out);
  for (const file of Object.values<string>({ ...files })) await requireWritable(file);
  const baseline = plan.baseline === undefined ? undefined : await openRun(plan.baseline, flags);
  if (plan.models.length > 1 && flags.superWeight !== undefined) throw severalModels('--super-weight');
  const models = await openMatrix(plan, flags, signal);
  if (baseline !== undefined) requireOverlap(baseline, models);
  await recordOf(flags);
  // Times of numbers that were not computed say nothing.
  if (given.resume !== true) noteMatrixSpeed(await timeProduct(given));
  const notes = await resumable(runMatrix(models, { plan, flags, signal }));
  for (const note of notes) remark(note, flags);
  const run = await keepRun(files, flags);
  const comparison = baseline === undefined ? undefined : compareRuns(baseline, run, plan.compare);
  const report = reportNight(run, comparison, files);
  await writeReport(report, files);
  stdout.write(given.json === true ? report.json : report.text);
  remark(`The results are in ${plan.out}.`, flags);
  if (comparison !== undefined && isFailure(comparison.verdict)) {
    throw new FailedCheck(`${comparison.verdict}: ${meanings[comparison.verdict]}`);
  }
}

async function resumable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Interrupted
      ? new Interrupted('the store has what was computed; --resume goes on with it')
      : error;
  }
}

/** Of so many products the fastest counts. */
const timedProducts = 3;

async function timeProduct({ threads }: NightlyFlags): Promise<number> {
  return await matrixSpeed({ runs: timedProducts, ...(threads === undefined ? {} : { threads }) });
}

/** What is remembered would hide a regression of the program: everything is computed, unless an interrupted night goes on. */
function runFlags(flags: NightlyFlags, { out }: NightlyPlan): ModelFlags {
  const { model: _model, resume, store, ...others } = flags;
  // Without a store of the user's the run is recorded beside its results.
  const recorded = { ...others, store: store === false || store === undefined ? join(out, 'store') : store };
  return resume === true ? recorded : { ...recorded, fresh: true };
}

/** Ends the record of the run, and writes it as a file. */
async function keepRun(files: NightFiles, flags: ModelFlags): Promise<RecordedRun> {
  const id = await endRecord('finished');
  const store = await storeOf(flags);
  if (id === undefined || store === undefined) throw internalError('a night without a record');
  store.runs.exportTo(id, files.run);
  return store.runs.read(id);
}
