/** A table as CSV: its columns and rows, and nothing else. */
import { toCsv } from './csv.ts';
import { type Table, textCells } from './table.ts';

export function tableToCsv(table: Table): string {
  const { headers, rows } = textCells(table);
  return toCsv([headers, ...rows]);
}
