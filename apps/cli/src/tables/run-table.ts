/** Computes a table row by row and cell by cell; when that ends early, the numbers that are done are saved. */
import { unweightedAverage } from '@linchpin/metrics';
import type { ResultRow } from '@linchpin/plugin-api';
import type { ModelFlags } from '../flags.ts';
import { Interrupted } from '../interrupt.ts';
import type { OpenedModel } from '../open-model.ts';
import { remark } from '../print.ts';
import { runCorpus } from '../run-corpus.ts';
import { runTask, type TaskSettings } from '../run-task.ts';
import { type Chain, type Variant, withVariant } from '../variant.ts';
import type { FinishedRow, FinishedTable, PaperTable } from './paper-table.ts';
import { savePartial } from './save-table.ts';
import type { ColumnData, TableData } from './table-data.ts';

/** The rows of a table, for one model and its data. */
export interface TablePlan {
  readonly opened: OpenedModel;
  readonly table: PaperTable;
  readonly rows: readonly Chain[];
  readonly data: TableData;
}

export interface TableRun extends Omit<TaskSettings, 'onItem'> {
  readonly flags: ModelFlags;
  readonly signal: AbortSignal;
  /** Windows of each corpus; all when undefined. */
  readonly windows: number | undefined;
  /** Where the numbers go that were done when the run ended early. */
  readonly partial: string;
}

export interface TableResult {
  readonly table: FinishedTable;
  /** One row a number, with its provenance. */
  readonly numbers: readonly ResultRow[];
  /** What should be known of the numbers. */
  readonly notes: readonly string[];
}

/** Runs every row of a table. */
export async function runTable(plan: TablePlan, run: TableRun): Promise<TableResult> {
  const { flags, signal } = run;
  const done: Cell[] = [];
  const rows: FinishedRow[] = [];
  try {
    for (const row of plan.rows) {
      const work = (variant: Variant): Promise<FinishedRow> => runRow(plan, { variant, done }, run);
      rows.push(await withVariant(plan.opened, row, { flags, signal, work }));
    }
  } catch (error) {
    const saved = await saveDone(done, run.partial);
    if (saved === undefined) throw error;
    if (error instanceof Interrupted) throw new Interrupted(saved);
    remark(saved, flags);
    throw error;
  }
  const notes = new Set(done.flatMap((cell) => cell.notes));
  return { table: { rows }, numbers: done.flatMap((cell) => cell.numbers), notes: [...notes] };
}

/** The number of one row and column, in the unit of the table, with all numbers that came with it. */
interface Cell {
  readonly value: number;
  readonly numbers: readonly ResultRow[];
  readonly notes: readonly string[];
}

async function runRow(
  { opened, table, data }: TablePlan,
  { variant, done }: { readonly variant: Variant; readonly done: Cell[] },
  run: TableRun,
): Promise<FinishedRow> {
  const published = table.published[opened.hubId?.toLowerCase() ?? '']?.[variant.label];
  const cells: (Cell | undefined)[] = [];
  for (const [index, column] of data.entries()) {
    const cell = column === undefined ? undefined : await runCell({ opened, variant, column }, published?.[index], run);
    cells.push(cell);
    if (cell !== undefined) done.push(cell);
  }
  const accuracies = cells.filter((_, index) => data[index]?.kind === 'accuracy').map((cell) => cell!.value);
  const average = unweightedAverage(accuracies);
  const values = cells.map((cell) => cell?.value ?? average);
  return { label: variant.label, values, published, changedWeights: variant.changedWeights };
}

async function runCell(
  of: { readonly opened: OpenedModel; readonly variant: Variant; readonly column: ColumnData },
  published: number | undefined,
  run: TableRun,
): Promise<Cell> {
  const { opened, variant, column } = of;
  if (column.kind === 'perplexity') {
    const { row, notes } = await runCorpus(variant, column.data, run);
    return { value: row.value, numbers: [{ ...row, published: published ?? null }], notes };
  }
  const { rows, notes } = await runTask(opened, variant, { data: column.data, settings: run });
  const isPublished = (row: ResultRow): boolean => row.metric === 'acc' && published !== undefined;
  const numbers = rows.map((row) => (isPublished(row) ? { ...row, published: published! / 100 } : row));
  return { value: 100 * rows.find((row) => row.metric === 'acc')!.value, numbers, notes };
}

/** Saves what is done, and says so; where there is nothing yet, it says nothing. */
async function saveDone(done: readonly Cell[], file: string): Promise<string | undefined> {
  const numbers = done.flatMap((cell) => cell.numbers);
  if (numbers.length === 0) return undefined;
  await savePartial(numbers, file);
  return `${numbers.length} finished numbers are saved in ${file}; the table was not written`;
}
