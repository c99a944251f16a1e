/** What a table of the paper is made of: rows are labelled chains of interventions, columns are metrics. */
import { internalError } from '@linchpin/errors';
import type { Chain, Experiment, Harness, OpenedModel, OpenOptions } from '@linchpin/harness';
import type { Json } from '@linchpin/plugin-api';
import type { MeasuringOptions, ModelChoice } from '../paper-options.ts';

/** A table as it is listed and run: of metrics, or of what is found in models. */
export interface PaperTable extends Experiment<TableOptions> {
  readonly number: number;
  readonly title: string;
  readonly columns: readonly { readonly header: string }[];
  /** Options that mean something to this table, besides those of every table; others would change nothing. */
  readonly takes: readonly TableOption[];
}

export type TableOption =
  | 'bos'
  | 'datasets'
  | 'limit'
  | 'windows'
  | 'windowBos'
  | 'superWeights'
  | 'outlierFraction'
  | 'quantize'
  | 'calibration';

export interface TableOptions extends MeasuringOptions, OpenOptions {
  /** One model or several; the embedded one when absent. */
  readonly model?: ModelChoice | readonly ModelChoice[] | undefined;
  /** Share of each matrix that "Prune Non-SW" removes; what the model's card says, or the paper's, when absent. */
  readonly outlierFraction?: number | undefined;
  /** Options of `quantize` that go before those of the rows' presets. */
  readonly quantize?: Readonly<Record<string, Json>> | undefined;
}

export interface MetricsTable extends PaperTable, MetricsTableParts {
  readonly columns: readonly PaperColumn[];
  readonly takes: readonly TableOption[];
}

/** What the file of a table says. */
export interface MetricsTableParts {
  readonly number: number;
  readonly title: string;
  /** Of one model; a table of several has them once for each. */
  readonly columns: readonly PaperColumn[];
  /** Options that mean something to this table; none when absent. */
  readonly takes?: readonly TableOption[];
  rows(opened: OpenedModel, options: RowOptions): readonly Chain[] | Promise<readonly Chain[]>;
  /** Throws what is wrong with a model or the options that `rows` alone does not tell. */
  check?(opened: OpenedModel, harness: Harness): void | Promise<void>;
  /** Label of the row with which every other one is compared token by token; those figures go to the long CSV. */
  readonly comparesWith?: string;
  /** Printed numbers by Hub id in lower case and row label, in the order of the columns. */
  readonly published: Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>;
  /** A sentence on what the columns mean, where their headers do not say it. */
  readonly legend?: string;
  /** One plain sentence of what the finished table shows of one model, whose rows were made of these chains. */
  describe(table: FinishedTable, opened: OpenedModel, chains: readonly Chain[]): string;
}

export interface RowOptions {
  readonly harness: Harness;
  /** Share of each matrix that "Prune Non-SW" removes. */
  readonly outlierFraction: number;
  readonly quantize: Readonly<Record<string, Json>>;
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
  /** Name of a corpus; files have none. */
  readonly corpus: string;
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

/** The value of a row and a column of a finished table, by their names. */
export function cellsOf(
  { columns }: Pick<MetricsTableParts, 'columns'>,
  { rows }: FinishedTable,
): (label: string, header: string) => number {
  return (label, header) => {
    const row = rows.find((candidate) => candidate.label === label);
    const column = columns.findIndex((candidate) => candidate.header === header);
    const value = row?.values[column];
    if (value === undefined || value === null) throw internalError(`the table has no cell "${label}", "${header}"`);
    return value;
  };
}
