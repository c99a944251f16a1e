/** What a table of the paper is made of: rows are labelled chains of interventions, columns are metrics. */
import type { CorpusName } from '../corpora.ts';
import type { OpenedModel } from '../open-model.ts';
import type { Chain } from '../variant.ts';
import type { TableOption } from './table-options.ts';

export interface PaperTable {
  readonly kind: 'metrics';
  readonly number: number;
  readonly title: string;
  /** Of one model; a table of several has them once for each. */
  readonly columns: readonly PaperColumn[];
  /** Flags that mean something to this table, besides those of every table; none when absent, and others are refused. */
  readonly takes?: readonly TableOption[];
  rows(opened: OpenedModel, options: PaperTableOptions): readonly Chain[] | Promise<readonly Chain[]>;
  /** Throws what is wrong with a model or the flags that `rows` alone does not tell. */
  check?(opened: OpenedModel): void | Promise<void>;
  /** Label of the row with which every other one is compared token by token; those figures go to the long CSV. */
  readonly comparesWith?: string;
  /** Printed numbers by Hub id in lower case and row label, in the order of the columns. */
  readonly published: Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>;
  /** A sentence on what the columns mean, where their headers do not say it. */
  readonly legend?: string;
  /** One plain sentence of what the finished table shows of one model. */
  describe(table: FinishedTable, opened: OpenedModel): string;
}

/** A column: an accuracy in percent, the average of those, a perplexity, or a share of an improvement in percent. */
export type PaperColumn =
  | { readonly kind: 'accuracy'; readonly header: string; readonly task: string }
  | { readonly kind: 'average'; readonly header: string }
  | PerplexityColumn
  | ShareColumn;

export interface PerplexityColumn {
  readonly kind: 'perplexity';
  readonly header: string;
  readonly corpus: CorpusName;
  /** Two, as papers print, when absent. */
  readonly decimals?: number;
}

/** Digits behind the point with which the values of a column are written. */
export function decimalsOf(column: PaperColumn): number {
  if (column.kind === 'share') return 1;
  return (column.kind === 'perplexity' ? column.decimals : undefined) ?? 2;
}

/** How much of the way from one row to another a third one goes; empty in all other rows. */
export interface ShareColumn {
  readonly kind: 'share';
  readonly header: string;
  /** Header of the column of perplexities. */
  readonly of: string;
  /** Labels of the rows: where nothing is gained, where all is, and the one that has the share. */
  readonly nothing: string;
  readonly all: string;
  readonly row: string;
}

export interface PaperTableOptions {
  /** Share of each matrix that "Prune Non-SW" removes. */
  readonly outlierFraction: number;
  /** Options of `quantize` that go before those of the rows' presets. */
  readonly quantize: Readonly<Record<string, unknown>>;
}

/** The rows of one model. */
export interface FinishedTable {
  readonly rows: readonly FinishedRow[];
}

export interface FinishedRow {
  readonly label: string;
  /** Accuracies and shares in percent, perplexities as they are, null for no number; in the order of the columns. */
  readonly values: readonly (number | null)[];
  readonly published: readonly (number | null)[] | undefined;
  readonly changedWeights: number;
}
