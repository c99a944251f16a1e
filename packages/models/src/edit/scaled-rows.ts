/** Entries of a matrix that a run-time number scales: their rows are computed again in every run. */
import type { Parameter } from '@linchpin/plugin-api';

export interface ScaledEntry {
  readonly row: number;
  readonly column: number;
  readonly parameter: Parameter;
}

export interface ScaledRows {
  /** Ascending. */
  readonly rows: readonly number[];
  /** The rows as the fixed edits leave them: [rows, columns]. */
  readonly values: Float32Array;
  readonly entries: readonly ScaledEntry[];
  /** Entries that no fixed edit changed already. */
  readonly changed: number;
}

export interface RowPair {
  readonly before: Float32Array;
  readonly after: Float32Array;
}

/** Gathers the rows of the entries; `rowOf` gives one as the file has it and as the fixed edits leave it. */
export async function scaledRows(
  entries: readonly ScaledEntry[],
  columns: number,
  rowOf: (row: number) => Promise<RowPair>,
): Promise<ScaledRows> {
  const rows = [...new Set(entries.map(({ row }) => row))].toSorted((a, b) => a - b);
  const values = new Float32Array(rows.length * columns);
  let changed = 0;
  for (const [index, row] of rows.entries()) {
    const { before, after } = await rowOf(row);
    values.set(after, index * columns);
    const scaled = new Set(entries.filter((entry) => entry.row === row).map(({ column }) => column));
    for (const column of scaled) if (before[column] === after[column]) changed++;
  }
  return { rows, values, entries, changed };
}
