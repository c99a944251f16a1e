/** A finished table as CSV files and as text. */
import { relative } from 'node:path';
import { cwd } from 'node:process';
import type { ResultRow } from '@linchpin/plugin-api';
import { renderTable, resultRowsToCsv, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { ModelFlags } from '../flags.ts';
import type { OpenedModel } from '../open-model.ts';
import type { FinishedRow, PaperTable } from './paper-table.ts';
import type { TableResult } from './run-table.ts';

export interface TableFiles {
  /** The paper's rows and columns, and nothing else. */
  readonly table: string;
  /** One line a number, with counts, standard errors and provenance. */
  readonly numbers: string;
}

/** Writes both CSV files; each appears whole or not at all. */
export async function saveTable(table: PaperTable, result: TableResult, files: TableFiles): Promise<void> {
  await writeFileAtomically(files.table, tableToCsv(wideTable(table, result)));
  await writeFileAtomically(files.numbers, resultRowsToCsv(result.numbers));
}

/** Writes the numbers of a table that was interrupted. */
export async function savePartial(numbers: readonly ResultRow[], file: string): Promise<void> {
  await writeFileAtomically(file, resultRowsToCsv(numbers));
}

/** The table as text, with the published numbers below ours where there are any, and what it shows in a sentence. */
export function showTable(table: PaperTable, result: TableResult, shown: { files: TableFiles; opened: OpenedModel; flags: ModelFlags }): string {
  const { columns, rows } = wideTable(table, result);
  const withPublished = rows.flatMap((row, index) => {
    const published = result.table.rows[index]!.published;
    return published === undefined ? [row] : [row, ['  published', ...published.map((value) => value.toFixed(2))]];
  });
  const perplexities = result.numbers.filter((row) => row.metric === 'perplexity' && row.window !== null);
  const windows = [...new Map(perplexities.map((row) => [row.task, `${row.task}: ${row.windows} windows of ${row.window} tokens, BOS ${row.bos}`])).values()];
  const skipped = result.numbers.reduce((sum, row) => sum + (row.correct === null ? 0 : row.skipped), 0);
  const path = (file: string): string => relative(cwd(), file) || file;
  return [
    renderTable({ columns, rows: withPublished }),
    `Accuracies in %, tasks with BOS ${result.numbers.find((row) => row.correct !== null)?.bos ?? 'unknown'}; perplexities of ${windows.join('; ')}.`,
    ...(skipped > 0 ? [`${skipped} items could not be scored; the numbers' file says of which tasks.`] : []),
    '',
    table.describe(result.table, shown.opened),
    '',
    `Table: ${path(shown.files.table)}   Numbers with their provenance: ${path(shown.files.numbers)}`,
    '',
  ].join('\n');
}

function wideTable(table: PaperTable, result: TableResult): { columns: readonly string[]; rows: readonly (readonly string[])[] } {
  return {
    columns: ['', ...table.columns.map(({ header }) => header)],
    rows: result.table.rows.map((row: FinishedRow) => [row.label, ...row.values.map((value) => value.toFixed(2))]),
  };
}
