/** Super weights times a range of factors, all with one opening of the model. */
import { stdout } from 'node:process';
import { renderTable } from '@linchpin/report';
import type { SweepFlags } from '../commands/sweep.ts';
import { jsonText } from '../json-text.ts';
import { openModel } from '../open-model.ts';
import { createProgress } from '../progress.ts';
import { recordOf } from '../recording/command-record.ts';
import { describeSweep } from '../sweep/draw-sweep.ts';
import { finishSweep } from '../sweep/finished-sweep.ts';
import { planSweep, sweepCaption } from '../sweep/plan-sweep.ts';
import { numbersOf, runSweep } from '../sweep/run-sweep.ts';
import { saveSweep, sweepFiles } from '../sweep/save-sweep.ts';
import { shortTable } from '../sweep/sweep-tables.ts';
import { makeFolder, requireWritable } from '../writable.ts';

export async function sweep(flags: SweepFlags, signal: AbortSignal): Promise<void> {
  const files = sweepFiles(flags.out, flags.csv);
  await makeFolder(flags.out);
  for (const file of Object.values(files)) await requireWritable(file);
  const opened = await openModel(flags, signal);
  const plan = await planSweep(opened, flags);
  const parts = plan.data.filter((column) => column !== undefined).length;
  const progress = createProgress(flags, { parts, signal });
  const record = await recordOf(flags);
  const result = await runSweep(plan, {
    flags,
    signal,
    progress,
    record,
    windows: flags.limit,
    partial: files.partial,
  });
  const finished = finishSweep(plan, result);
  await saveSweep(finished, files);
  const { factors, averages, comparisons } = finished;
  if (flags.json === true) {
    stdout.write(jsonText({ factors, averages, comparisons, numbers: numbersOf(result.columns) }));
    return;
  }
  const paths = `Points: ${files.points}   Comparisons with s = 1: ${files.comparisons}   Numbers with their provenance: ${files.numbers}`;
  const text = [renderTable(shortTable(finished)), sweepCaption(plan, flags), ...result.notes];
  stdout.write([...text, '', describeSweep(finished, opened.name), '', paths, ''].join('\n'));
}
