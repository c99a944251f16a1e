/** The data of a table's columns, opened and checked before the first number is computed. */
import {
  type Corpus,
  type ModelData,
  openCorpus,
  type OpenedModel,
  openTaskData,
  type TaskData,
} from '@linchpin/harness';
import type { WindowBos } from '@linchpin/perplexity';
import { findTask } from '@linchpin/tasks';
import type { MetricsTableParts, PaperColumn } from './paper-table.ts';

/** What a column that is computed is computed from. */
export type ColumnData =
  | { readonly kind: 'accuracy'; readonly data: TaskData }
  | { readonly kind: 'perplexity'; readonly data: Corpus };

/** One a column; undefined where the column is computed from the others. */
export type TableData = readonly (ColumnData | undefined)[];

export interface TableDataOptions {
  readonly data: ModelData;
  readonly bos?: WindowBos | undefined;
  /** Only the first items of every task. */
  readonly limit?: number | undefined;
}

export async function openTableData(
  opened: OpenedModel,
  table: Pick<MetricsTableParts, 'columns'>,
  options: TableDataOptions,
): Promise<TableData> {
  const data: (ColumnData | undefined)[] = [];
  for (const column of table.columns) data.push(await openColumn(opened, column, options));
  return data;
}

async function openColumn(
  opened: OpenedModel,
  column: PaperColumn,
  { data, limit, bos }: TableDataOptions,
): Promise<ColumnData | undefined> {
  switch (column.kind) {
    case 'accuracy':
      return {
        kind: 'accuracy',
        data: await openTaskData(findTask(column.task), { data, limit, keepsRequests: true }),
      };
    case 'perplexity':
      return { kind: 'perplexity', data: await openCorpus(opened, column.corpus, { data, bos }) };
    case 'average':
    case 'share':
      return undefined;
  }
}
