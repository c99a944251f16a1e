/** The data of a table's columns, opened and checked before the first number is computed. */
import { findTask } from '@linchpin/tasks';
import { corpora, type Corpus, type CorpusOptions } from '../corpora.ts';
import type { OpenedModel } from '../open-model.ts';
import { openTaskData, type TaskData } from '../task-data.ts';
import type { PaperColumn, PaperTable } from './paper-table.ts';

/** What a column that is computed is computed from. */
export type ColumnData =
  | { readonly kind: 'accuracy'; readonly data: TaskData }
  | { readonly kind: 'perplexity'; readonly data: Corpus };

/** One a column; undefined where the column is computed from the others. */
export type TableData = readonly (ColumnData | undefined)[];

export interface TableDataOptions extends CorpusOptions {
  /** Only the first items of every task. */
  readonly limit?: number | undefined;
}

export async function openTableData(
  opened: OpenedModel,
  table: PaperTable,
  options: TableDataOptions,
): Promise<TableData> {
  const data: (ColumnData | undefined)[] = [];
  for (const column of table.columns) data.push(await openColumn(opened, column, options));
  return data;
}

async function openColumn(
  opened: OpenedModel,
  column: PaperColumn,
  options: TableDataOptions,
): Promise<ColumnData | undefined> {
  switch (column.kind) {
    case 'accuracy':
      return { kind: 'accuracy', data: await openTaskData(findTask(column.task), { ...options, keepsRequests: true }) };
    case 'perplexity':
      return { kind: 'perplexity', data: await corpora[column.corpus](opened, options) };
    case 'average':
    case 'share':
      return undefined;
  }
}
