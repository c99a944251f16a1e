/** A finished table as text. */
import { renderTable, type Table } from '@linchpin/report';
import type { OpenedModel } from '../open-model.ts';
import type { JoinedTable } from './join-tables.ts';
import type { PaperTable } from './paper-table.ts';
import type { TableResult } from './run-table.ts';
import { paperTable, type TableFiles } from './save-table.ts';

/** What stands around the table. */
export interface TableSurroundings {
  readonly result: TableResult;
  /** In the order of the result's tables. */
  readonly models: readonly OpenedModel[];
  readonly files: TableFiles;
  /** How the numbers were made, in a sentence. */
  readonly caption: string;
}

/** The table with the published numbers below ours where there are any, what should be known of it, and what it shows. */
export function showTable(table: PaperTable, joined: JoinedTable, surroundings: TableSurroundings): string {
  const { result, models, files, caption } = surroundings;
  return [
    renderTable(withPublished(joined)),
    caption,
    ...(table.legend === undefined ? [] : [table.legend]),
    ...result.notes,
    ...(isCompared(joined) ? ['The published numbers are of the whole published splits.'] : []),
    '',
    ...models.map((opened, index) => table.describe(result.tables[index]!, opened)),
    '',
    `Table: ${files.table}   Numbers with their provenance: ${files.numbers}`,
    '',
  ].join('\n');
}

function isCompared({ rows }: JoinedTable): boolean {
  return rows.some(({ published }) => published !== undefined);
}

function withPublished(joined: JoinedTable): Table {
  const { columns, rows } = paperTable(joined);
  const both = rows.flatMap((row, index) => {
    const { published } = joined.rows[index]!;
    return published === undefined ? [row] : [row, ['  published', ...published]];
  });
  return { columns, rows: both };
}
