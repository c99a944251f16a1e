/** A table as CSV files; each appears whole or not at all. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import { resultRowsToCsv, type Table, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { PaperTable } from './paper-table.ts';
import type { TableResult } from './run-table.ts';

export interface TableFiles {
  /** The paper's rows and columns, and nothing else. */
  readonly table: string;
  /** One line a number, with counts, standard errors and provenance. */
  readonly numbers: string;
  /** The numbers of a run that ended early. */
  readonly partial: string;
}

/** Where the files of a table lie; `csv` is where the table itself goes instead. */
export function tableFiles(table: PaperTable, folder: string, csv: string | undefined): TableFiles {
  const stem = join(folder, `table-${table.number}`);
  return { table: csv ?? `${stem}.csv`, numbers: `${stem}-numbers.csv`, partial: `${stem}-numbers.partial.csv` };
}

/** Writes the finished table, and removes what an unfinished run has left. */
export async function saveTable(table: PaperTable, result: TableResult, files: TableFiles): Promise<void> {
  await writeFileAtomically(files.table, tableToCsv(paperTable(table, result)));
  await writeFileAtomically(files.numbers, resultRowsToCsv(result.numbers));
  await rm(files.partial, { force: true });
}

/** Writes the numbers of an unfinished table. */
export async function savePartial(numbers: readonly ResultRow[], file: string): Promise<void> {
  await writeFileAtomically(file, resultRowsToCsv(numbers));
}

/** The paper's rows and columns. */
export function paperTable({ columns }: PaperTable, { table }: TableResult): Table {
  return {
    columns: ['', ...columns.map(({ header }) => ({ header, decimals: 2 }))],
    rows: table.rows.map(({ label, values }) => [label, ...values]),
  };
}
