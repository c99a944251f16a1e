/** Runs a matrix, records it, and compares it with a baseline; a regression ends the command with code 1. */
import { join } from 'node:path';
import { stdout } from 'node:process';
import { Interrupted } from '@linchpin/harness';
import { nightFiles, type NightlyOptions, planNightly, runNight } from '@linchpin/nightly';
import { isFailure, meanings } from '@linchpin/regression';
import { makeFolder, requireWritable } from '@linchpin/report';
import { comparisonOptions } from '../commands/compare.ts';
import type { NightlyFlags } from '../commands/nightly.ts';
import { severalModels } from '../errors.ts';
import { FailedCheck } from '../exit-codes.ts';
import type { HarnessFlags } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { given, openOptions } from '../options.ts';
import { withHarness } from '../with-harness.ts';

export async function runNightly(flags: NightlyFlags, invocation: Invocation): Promise<void> {
  const plan = planNightly(optionsOf(flags), invocation.config);
  const files = nightFiles(plan.out);
  await makeFolder(plan.out);
  for (const file of Object.values<string>({ ...files })) await requireWritable(file);
  if (plan.matrix.models.length > 1 && flags.superWeight !== undefined) throw severalModels('--super-weight');
  await withHarness(runFlags(flags, plan.out), invocation, async (harness) => {
    if (invocation.division !== undefined) return void (await (await harness.planMatrix(plan.matrix)).run());
    const night = runNight(harness, plan, { files, isResumed: flags.resume === true });
    const { report, comparison, notes } = await resumable(night, invocation);
    const { reporter } = harness.context;
    for (const note of notes) reporter.remark(note);
    stdout.write(flags.json === true ? report.json : report.text);
    reporter.remark(`The results are in ${plan.out}.`);
    if (comparison !== undefined && isFailure(comparison.verdict))
      throw new FailedCheck(`${comparison.verdict}: ${meanings[comparison.verdict]}`);
  });
}

function optionsOf(flags: NightlyFlags): NightlyOptions {
  const { model: models, limit, windows, baseline, out } = flags;
  const compare = comparisonOptions(flags);
  return { ...given({ models, limit, windows, baseline, out }), opening: openOptions(flags), compare };
}

async function resumable<T>(work: Promise<T>, { ending }: Invocation): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    throw new Interrupted('the store has what was computed; --resume goes on with it', { cause: error });
  }
}

/** What is remembered would hide a regression of the program: everything is computed, unless an interrupted night goes on. */
function runFlags(flags: NightlyFlags, out: string): HarnessFlags {
  const { resume, store, ...others } = flags;
  // Without a store of the user's the run is recorded beside its results.
  const recorded = { ...others, store: store === false || store === undefined ? join(out, 'store') : store };
  return resume === true ? recorded : { ...recorded, fresh: true };
}
