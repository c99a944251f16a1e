/** A finished table as text. */
import { renderTable, type Table } from '@linchpin/report';
import type { OpenedModel } from '../open-model.ts';
import type { PaperTable } from './paper-table.ts';
import type { TableResult } from './run-table.ts';
import { paperTable, type TableFiles } from './save-table.ts';

/** What stands around the table. */
export interface TableSurroundings {
  readonly opened: OpenedModel;
  readonly files: TableFiles;
  /** How the numbers were made, in a sentence. */
  readonly caption: string;
}

/** The table with the published numbers below ours where there are any, what should be known of it, and what it shows. */
export function showTable(
  table: PaperTable,
  result: TableResult,
  { opened, files, caption }: TableSurroundings,
): string {
  return [
    renderTable(withPublished(paperTable(table, result), result)),
    caption,
    ...result.notes,
    ...(isCompared(result) ? ['The published numbers are of the whole published splits.'] : []),
    '',
    table.describe(result.table, opened),
    '',
    `Table: ${files.table}   Numbers with their provenance: ${files.numbers}`,
    '',
  ].join('\n');
}

function isCompared({ table }: TableResult): boolean {
  return table.rows.some(({ published }) => published !== undefined);
}

function withPublished({ columns, rows }: Table, { table }: TableResult): Table {
  const both = rows.flatMap((row, index) => {
    const { published } = table.rows[index]!;
    return published === undefined ? [row] : [row, ['  published', ...published]];
  });
  return { columns, rows: both };
}
