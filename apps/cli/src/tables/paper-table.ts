/** What a table of the paper is made of: rows are labelled chains of interventions, columns are metrics. */
import type { CorpusName } from '../corpora.ts';
import type { OpenedModel } from '../open-model.ts';
import type { Chain } from '../variant.ts';

export interface PaperTable {
  readonly number: number;
  readonly title: string;
  readonly columns: readonly PaperColumn[];
  rows(opened: OpenedModel, options: PaperTableOptions): readonly Chain[];
  /** Printed numbers by Hub id in lower case and row label, in the order of the columns. */
  readonly published: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** One plain sentence of what the finished table shows. */
  describe(table: FinishedTable, opened: OpenedModel): string;
}

/** A column: an accuracy in percent, the average of those, or a perplexity. */
export type PaperColumn =
  | { readonly kind: 'accuracy'; readonly header: string; readonly task: string }
  | { readonly kind: 'average'; readonly header: string }
  | { readonly kind: 'perplexity'; readonly header: string; readonly corpus: CorpusName };

export interface PaperTableOptions {
  /** Share of each matrix that "Prune Non-SW" removes. */
  readonly outlierFraction: number;
}

export interface FinishedTable {
  readonly rows: readonly FinishedRow[];
}

export interface FinishedRow {
  readonly label: string;
  /** Accuracies in percent, perplexities as they are; in the order of the columns. */
  readonly values: readonly number[];
  readonly published: readonly number[] | undefined;
  readonly changedWeights: number;
}
