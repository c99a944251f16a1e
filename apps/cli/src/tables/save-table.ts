/** A table as files; each appears whole or not at all. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultRow } from '@linchpin/plugin-api';
import {
  artifactToJson,
  resultRowsToCsv,
  type Table,
  type TableArtifact,
  tableToCsv,
  writeFileAtomically,
} from '@linchpin/report';
import type { JoinedTable } from './join-tables.ts';
import { decimalsOf, type PaperTable } from './paper-table.ts';

export interface TableFiles {
  /** Everything, for reports. */
  readonly result: string;
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
  return {
    result: `${stem}.json`,
    table: csv ?? `${stem}.csv`,
    numbers: `${stem}-numbers.csv`,
    partial: `${stem}-numbers.partial.csv`,
  };
}

/** Writes the finished table, and removes what an unfinished run has left. */
export async function saveTable(table: JoinedTable, artifact: TableArtifact, files: TableFiles): Promise<void> {
  await writeFileAtomically(files.result, artifactToJson(artifact));
  await writeFileAtomically(files.table, tableToCsv(paperTable(table)));
  await writeFileAtomically(files.numbers, resultRowsToCsv(artifact.numbers));
  await rm(files.partial, { force: true });
}

/** Writes the numbers of an unfinished table. */
export async function savePartial(numbers: readonly ResultRow[], file: string): Promise<void> {
  await writeFileAtomically(file, resultRowsToCsv(numbers));
}

/** The paper's rows and columns. */
export function paperTable({ columns, rows }: JoinedTable): Table {
  return {
    columns: ['', ...columns.map((column) => ({ header: column.header, decimals: decimalsOf(column) }))],
    rows: rows.map(({ label, values }) => [label, ...values]),
  };
}
