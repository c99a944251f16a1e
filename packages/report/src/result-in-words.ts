/** A result as a terminal shows it: the table, how it was made, what it shows, and where its files are. */
import { renderTable } from './render-table.ts';
import type { Table } from './table.ts';

export interface ResultParts {
  readonly table: Table;
  /** The caption, and what should be known of the numbers: a line each. */
  readonly remarks: readonly string[];
  /** What it shows, a sentence each; absent of results that speak for themselves. */
  readonly shows?: readonly string[];
  /** Paths by what they hold, such as `Figure`. */
  readonly files: Readonly<Record<string, string>>;
}

export function resultInWords({ table, remarks, shows, files }: ResultParts): string {
  const where = Object.entries(files).map(([what, path]) => `${what}: ${path}`);
  const shown = shows === undefined ? [] : [...shows, ''];
  return [renderTable(table), ...remarks, '', ...shown, where.join('   '), ''].join('\n');
}
