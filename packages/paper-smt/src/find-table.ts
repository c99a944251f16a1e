/** Tables by their names. */
import { unknownTable } from './errors.ts';
import { tables } from './generated/tables.ts';
import type { SmtTable } from './tables/smt-table.ts';

/** Throws for a name that no table has. */
export function findTable(name: string): SmtTable {
  const found = tables.find(({ id }) => id === name);
  if (found !== undefined) return found;
  throw unknownTable(
    name,
    tables.map(({ id }) => id),
  );
}
