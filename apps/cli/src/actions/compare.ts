/** Compares two recorded runs; a regression ends the command with code 1. */
import { stdout } from 'node:process';
import {
  comparisonJunit,
  comparisonMarkdown,
  comparisonText,
  compareRuns,
  isFailure,
  meanings,
  nothingInCommon,
} from '@linchpin/regression';
import { jsonText, requireWritable, writeFileAtomically } from '@linchpin/report';
import { openRun } from '@linchpin/run-store';
import { type CompareFlags, comparisonOptions } from '../commands/compare.ts';
import { FailedCheck } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { withRunLog } from '../with-run-log.ts';

export async function compare(
  [before, after]: readonly [string, string],
  flags: CompareFlags,
  { config }: Invocation,
): Promise<void> {
  await requireWritable(flags.markdown);
  await requireWritable(flags.junit);
  await withRunLog(flags, async (logOf) => {
    const baseline = (await openRun(before, logOf)).read();
    const run = (await openRun(after, logOf)).read();
    const options = { ...config?.config.nightly?.compare, ...comparisonOptions(flags) };
    const comparison = compareRuns(baseline, run, options);
    if (comparison.parts.length === 0) throw nothingInCommon(before, after);
    if (flags.markdown !== undefined) await writeFileAtomically(flags.markdown, comparisonMarkdown(comparison));
    if (flags.junit !== undefined) await writeFileAtomically(flags.junit, comparisonJunit(comparison));
    stdout.write(flags.json === true ? jsonText(comparison) : comparisonText(comparison));
    if (isFailure(comparison.verdict)) throw new FailedCheck(`${comparison.verdict}: ${meanings[comparison.verdict]}`);
  });
}
