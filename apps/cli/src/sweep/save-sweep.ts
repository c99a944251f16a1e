/** A sweep as CSV files; each appears whole or not at all. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { resultRowsToCsv, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { FinishedSweep } from './finished-sweep.ts';
import { numbersOf } from './run-sweep.ts';
import { comparisonTable, wideTable } from './sweep-tables.ts';

export interface SweepFiles {
  /** One line a factor. */
  readonly points: string;
  /** One line a comparison with the unchanged model. */
  readonly comparisons: string;
  /** One line a number, with counts, standard errors and provenance. */
  readonly numbers: string;
  /** The numbers of a run that ended early. */
  readonly partial: string;
}

/** Where the files of a sweep lie; `csv` is where its points go instead. */
export function sweepFiles(folder: string, csv: string | undefined): SweepFiles {
  const stem = join(folder, 'sweep');
  return {
    points: csv ?? `${stem}.csv`,
    comparisons: `${stem}-comparisons.csv`,
    numbers: `${stem}-numbers.csv`,
    partial: `${stem}-numbers.partial.csv`,
  };
}

/** Writes the finished sweep, and removes what an unfinished run has left. */
export async function saveSweep(sweep: FinishedSweep, files: SweepFiles): Promise<void> {
  await writeFileAtomically(files.points, tableToCsv(wideTable(sweep)));
  await writeFileAtomically(files.comparisons, tableToCsv(comparisonTable(sweep)));
  await writeFileAtomically(files.numbers, resultRowsToCsv(numbersOf(sweep.columns)));
  await rm(files.partial, { force: true });
}
