/** Computes a table cell by cell; after Ctrl-C the numbers that are done are saved. */
import { unweightedAverage } from '@linchpin/metrics';
import type { ResultRow } from '@linchpin/plugin-api';
import { findTask } from '@linchpin/tasks';
import { c4Corpus, wikitextCorpus } from '../corpora.ts';
import type { ModelFlags } from '../flags.ts';
import { Interrupted } from '../interrupt.ts';
import type { OpenedModel } from '../open-model.ts';
import { runCorpus, type Corpus, type CorpusSettings } from '../run-corpus.ts';
import { runTask, type TaskSettings } from '../run-tasks.ts';
import { type Variant, withVariant } from '../variant.ts';
import type { FinishedRow, FinishedTable, PaperColumn, PaperRow, PaperTable } from './paper-table.ts';
import { savePartial } from './show-table.ts';

export interface TableRun extends TaskSettings, CorpusSettings {
  readonly flags: ModelFlags;
  /** Where the numbers go that were done when the run was interrupted. */
  readonly partial: string;
}

export interface TableResult {
  readonly table: FinishedTable;
  /** One row a number, with its provenance. */
  readonly numbers: readonly ResultRow[];
}

/** Runs every row of a table. */
export async function runTable(opened: OpenedModel, plan: { table: PaperTable; rows: readonly PaperRow[] }, run: TableRun): Promise<TableResult> {
  const { datasets } = run;
  const corpora = { c4: await c4Corpus(opened, { datasets }), wikitext2: await wikitextCorpus(opened, { datasets }) };
  const numbers: ResultRow[] = [];
  const rows: FinishedRow[] = [];
  try {
    for (const row of plan.rows) {
      const published = plan.table.published[opened.hubId?.toLowerCase() ?? '']?.[row.label];
      const finished = await withVariant(opened, row, {
        flags: run.flags,
        work: (variant) => runRow(opened, { variant, corpora, columns: plan.table.columns, published }, { ...run, numbers }),
      });
      rows.push(finished);
    }
  } catch (error) {
    if (!(error instanceof Interrupted) || numbers.length === 0) throw error;
    await savePartial(numbers, run.partial);
    throw new Interrupted(`interrupted: ${numbers.length} finished numbers are saved in ${run.partial}; the table was not written`);
  } finally {
    run.progress.end();
  }
  return { table: { rows }, numbers };
}

interface RowPlan {
  readonly variant: Variant;
  readonly corpora: Readonly<Record<'c4' | 'wikitext2', Corpus>>;
  readonly columns: readonly PaperColumn[];
  readonly published: readonly number[] | undefined;
}

async function runRow(opened: OpenedModel, plan: RowPlan, run: TableRun & { numbers: ResultRow[] }): Promise<FinishedRow> {
  const { variant, corpora, columns, published } = plan;
  const values: (number | undefined)[] = [];
  for (const [index, column] of columns.entries()) {
    const printed = published?.[index] ?? null;
    if (column.kind === 'average') {
      values.push(undefined);
      continue;
    }
    if (column.kind === 'accuracy') {
      const { rows } = await runTask(opened, variant, { task: findTask(column.task), settings: run });
      run.numbers.push(...rows.map((row) => (row.metric === 'acc' ? { ...row, published: printed === null ? null : printed / 100 } : row)));
      values.push(100 * rows.find((row) => row.metric === 'acc')!.value);
      continue;
    }
    const { row } = await runCorpus(variant, corpora[column.corpus], run);
    run.numbers.push({ ...row, published: printed });
    values.push(row.value);
  }
  const accuracies = values.filter((_, index) => columns[index]!.kind === 'accuracy').map((value) => value!);
  return {
    label: variant.label,
    values: values.map((value) => value ?? unweightedAverage(accuracies)),
    published,
    changedWeights: variant.changedWeights,
  };
}
