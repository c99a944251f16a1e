/** Tables and figures by their names. */
import { unknownFigure, unknownTable } from './errors.ts';
import type { SmtFigure } from './figures/smt-figure.ts';
import { figures } from './generated/figures.ts';
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

/** Throws for a name that no figure has. */
export function findFigure(name: string): SmtFigure {
  const found = figures.find(({ id }) => id === name);
  if (found !== undefined) return found;
  throw unknownFigure(
    name,
    figures.map(({ id }) => id),
  );
}
