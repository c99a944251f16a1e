/** Compares two recorded runs; a regression ends the command with code 1. */
import { stdout } from 'node:process';
import { compareRuns, isFailure } from '@linchpin/regression';
import { writeFileAtomically } from '@linchpin/report';
import type { CompareFlags } from '../commands/compare.ts';
import { comparisonJunit } from '../compare/comparison-junit.ts';
import { comparisonMarkdown } from '../compare/comparison-markdown.ts';
import { comparisonOptions } from '../compare/comparison-options.ts';
import { comparisonText } from '../compare/comparison-text.ts';
import { nothingInCommon } from '../compare/errors.ts';
import { meanings } from '../compare/in-words.ts';
import { openRun } from '../compare/open-run.ts';
import { findConfig } from '../config/apply-config.ts';
import { FailedCheck } from '../failed-check.ts';
import { jsonText } from '../json-text.ts';
import { requireWritable } from '../writable.ts';

export async function compare([before, after]: readonly [string, string], flags: CompareFlags): Promise<void> {
  await requireWritable(flags.markdown);
  await requireWritable(flags.junit);
  const baseline = await openRun(before, flags);
  const run = await openRun(after, flags);
  const config = await findConfig(flags);
  const comparison = compareRuns(baseline, run, comparisonOptions(flags, config?.config.nightly?.compare));
  if (comparison.parts.length === 0) throw nothingInCommon(before, after);
  if (flags.markdown !== undefined) await writeFileAtomically(flags.markdown, comparisonMarkdown(comparison));
  if (flags.junit !== undefined) await writeFileAtomically(flags.junit, comparisonJunit(comparison));
  stdout.write(flags.json === true ? jsonText(comparison) : comparisonText(comparison));
  if (isFailure(comparison.verdict)) throw new FailedCheck(`${comparison.verdict}: ${meanings[comparison.verdict]}`);
}
