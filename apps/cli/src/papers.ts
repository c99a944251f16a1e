/** Tables and figures by the names under which they are asked for: `1` is one of the first paper, `smt:commonsense` one of another. */
import {
  figures as smtFigures,
  findFigure as findSmtFigure,
  findTable as findSmtTable,
  type SmtFigure,
  type SmtTable,
  tables as smtTables,
} from '@linchpin/paper-smt';
import {
  figures,
  findFigure,
  findTable,
  type PaperFigure,
  type PaperTable,
  tables,
} from '@linchpin/paper-super-weight';
import { unknownPaper } from './errors.ts';

/** A table with what it is asked for as. */
export type AskedTable =
  | { readonly paper: 'super-weight'; readonly name: string; readonly table: PaperTable }
  | { readonly paper: 'smt'; readonly name: string; readonly table: SmtTable };

const papers = ['super-weight', 'smt'] as const;

/** Throws for a paper and for a table that there is not. */
export function askedTable(name: string): AskedTable {
  const { paper, ofPaper } = ofWhichPaper(name);
  if (paper === 'smt') return { paper, name: `smt:${ofPaper}`, table: findSmtTable(ofPaper) };
  return { paper, name: ofPaper, table: findTable(ofPaper) };
}

/** Every table of every paper. */
export function allTables(): AskedTable[] {
  return [...tables.map(({ number }) => String(number)), ...smtTables.map(({ id }) => `smt:${id}`)].map(askedTable);
}

/** Every option that some table takes. */
export function tableOptions(): string[] {
  return [...new Set<string>(allTables().flatMap(({ table }) => [...table.takes]))];
}

/** A figure with what it is asked for as. */
export type AskedFigure =
  | { readonly paper: 'super-weight'; readonly name: string; readonly figure: PaperFigure }
  | { readonly paper: 'smt'; readonly name: string; readonly figure: SmtFigure };

/** Throws for a paper and for a figure that there is not. */
export function askedFigure(name: string): AskedFigure {
  const { paper, ofPaper } = ofWhichPaper(name);
  if (paper === 'smt') return { paper, name: `smt:${ofPaper}`, figure: findSmtFigure(ofPaper) };
  return { paper, name: ofPaper, figure: findFigure(ofPaper) };
}

/** Every figure of every paper. */
export function allFigures(): AskedFigure[] {
  return [...figures.map(({ number }) => String(number)), ...smtFigures.map(({ id }) => `smt:${id}`)].map(askedFigure);
}

/** Every option that some figure takes. */
export function figureOptions(): string[] {
  return [...new Set<string>(allFigures().flatMap(({ figure }) => [...figure.takes]))];
}

function ofWhichPaper(name: string): { readonly paper: (typeof papers)[number]; readonly ofPaper: string } {
  const colon = name.indexOf(':');
  const paper = colon < 0 ? papers[0] : papers.find((known) => known === name.slice(0, colon));
  if (paper === undefined) throw unknownPaper(name.slice(0, colon), papers);
  return { paper, ofPaper: name.slice(colon + 1) };
}
