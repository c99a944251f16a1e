/** Tables and figures by their numbers in the paper. */
import { unknownExperiment } from './errors.ts';
import type { PaperFigure } from './figures/paper-figure.ts';
import { figures } from './generated/figures.ts';
import { tables } from './generated/tables.ts';
import type { PaperTable } from './tables/paper-table.ts';

/** Throws for a number that no table has. */
export function findTable(number: string): PaperTable {
  return find('table', number, tables);
}

/** Throws for a number that no figure has. */
export function findFigure(number: string): PaperFigure {
  return find('figure', number, figures);
}

function find<Kind extends { readonly number: number }>(what: string, number: string, all: readonly Kind[]): Kind {
  const found = all.find((candidate) => String(candidate.number) === number);
  if (found !== undefined) return found;
  throw unknownExperiment(
    what,
    number,
    all.map((candidate) => String(candidate.number)),
  );
}
