/** A table of cells, whatever they mean: what is written as CSV and shown in a terminal. */

import { internalError } from '@linchpin/errors';

export interface Table {
  /** One a column; a string is a header of a column without further wishes. */
  readonly columns: readonly (string | Column)[];
  /** As many cells a row as there are columns. */
  readonly rows: readonly (readonly Cell[])[];
}

export interface Column {
  readonly header: string;
  /** Digits behind the decimal point of numbers; the shortest form that reads back exactly when absent. */
  readonly decimals?: number;
}

/** Null is an empty cell. */
export type Cell = string | number | null;

/** Headers and cells as text. Throws where a row is not as wide as the table. */
export function textCells(table: Table): { readonly headers: string[]; readonly rows: string[][] } {
  const columns = table.columns.map((column) => (typeof column === 'string' ? { header: column } : column));
  const rows = table.rows.map((row, index) => {
    if (row.length !== columns.length) {
      throw internalError(`row ${index} of a table has ${row.length} cells for ${columns.length} columns`);
    }
    return row.map((cell, column) => cellText(cell, columns[column]!.decimals));
  });
  return { headers: columns.map(({ header }) => header), rows };
}

function cellText(cell: Cell, decimals: number | undefined): string {
  if (typeof cell !== 'number') return cell ?? '';
  return decimals === undefined || !Number.isFinite(cell) ? String(cell) : cell.toFixed(decimals);
}
