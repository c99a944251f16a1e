/** The tables of several models side by side, as papers print them. */
import type { OpenedModel } from '@linchpin/harness';
import type { FinishedRow, FinishedTable, MetricsTableParts, PaperColumn } from './paper-table.ts';

export interface JoinedTable extends FinishedTable {
  /** With the model in the header where there are several. */
  readonly columns: readonly PaperColumn[];
}

/** Rows of one label become one; `changedWeights` are those of all models. */
export function joinTables(
  { columns }: Pick<MetricsTableParts, 'columns'>,
  tables: readonly FinishedTable[],
  models: readonly Pick<OpenedModel, 'name'>[],
): JoinedTable {
  if (tables.length === 1) return { columns, rows: tables[0]!.rows };
  const labels = tables[0]!.rows.map(({ label }) => label);
  return {
    columns: models.flatMap(({ name }) => columns.map((column) => ({ ...column, header: `${name} ${column.header}` }))),
    rows: labels.map((_, row) =>
      joinRows(
        tables.map(({ rows }) => rows[row]!),
        columns.length,
      ),
    ),
  };
}

function joinRows(rows: readonly FinishedRow[], width: number): FinishedRow {
  const unpublished = Array<null>(width).fill(null);
  const isPublished = rows.some(({ published }) => published !== undefined);
  return {
    label: rows[0]!.label,
    values: rows.flatMap(({ values }) => values),
    published: isPublished ? rows.flatMap(({ published }) => published ?? unpublished) : undefined,
    changedWeights: rows.reduce((sum, { changedWeights }) => sum + changedWeights, 0),
  };
}
