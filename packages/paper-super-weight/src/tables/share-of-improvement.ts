/** The columns that are computed from finished rows. */
import type { FinishedRow, PaperColumn, ShareColumn } from './paper-table.ts';

/**
 * Rows with their shares: 100 · (nothing − row) / (nothing − all), as arXiv 2411.07191 prints in Table 3. Null where
 * `all` is no better than `nothing`, so that there is nothing to have a share of.
 */
export function withShares(columns: readonly PaperColumn[], rows: readonly FinishedRow[]): FinishedRow[] {
  const at = (label: string, header: string): number | null =>
    rows.find((row) => row.label === label)?.values[columns.findIndex((column) => column.header === header)] ?? null;
  const shareOf = ({ of, nothing, all, row }: ShareColumn): number | null => {
    const [worst, best, own] = [at(nothing, of), at(all, of), at(row, of)];
    if (worst === null || best === null || own === null || !(worst > best)) return null;
    return (100 * (worst - own)) / (worst - best);
  };
  return rows.map((row) => ({
    ...row,
    values: row.values.map((value, index) => (isShared(columns[index], row) ? shareOf(columns[index]) : value)),
  }));
}

function isShared(column: PaperColumn | undefined, row: FinishedRow): column is ShareColumn {
  return column?.kind === 'share' && column.row === row.label;
}
