/** Computes a table row by row and cell by cell; when that ends early, the numbers that are done are saved. */
import { unweightedAverage } from '@linchpin/metrics';
import type { BosRule, ResultRow } from '@linchpin/plugin-api';
import type { ModelFlags } from '../flags.ts';
import { Interrupted } from '../interrupt.ts';
import type { OpenedModel } from '../open-model.ts';
import { remark } from '../remark.ts';
import type { Progress } from '../progress.ts';
import type { RunRecord } from '../recording/run-record.ts';
import { runCorpus } from '../run-corpus.ts';
import type { RunFacts } from '../run-facts.ts';
import { runTask } from '../run-task.ts';
import type { ReferenceModel } from '../store/remembered-pair.ts';
import { type Chain, type Variant, withReference, withVariant } from '../variant.ts';
import type { FinishedRow, FinishedTable, PaperTable } from './paper-table.ts';
import { savePartial } from './save-table.ts';
import { withShares } from './share-of-improvement.ts';
import type { ColumnData, TableData } from './table-data.ts';

/** A table, and the models that it is of. */
export interface TablePlan {
  readonly table: PaperTable;
  readonly models: readonly ModelPlan[];
}

/** The rows of one model and its data. */
export interface ModelPlan {
  readonly opened: OpenedModel;
  readonly rows: readonly Chain[];
  readonly data: TableData;
  readonly bos: BosRule;
  readonly facts: RunFacts;
}

export interface TableRun {
  readonly flags: Omit<ModelFlags, 'model'>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly record: RunRecord;
  /** Windows of each corpus; all when undefined. */
  readonly windows: number | undefined;
  /** Where the numbers go that were done when the run ended early. */
  readonly partial: string;
}

export interface TableResult {
  /** One a model. */
  readonly tables: readonly FinishedTable[];
  /** One row a number, with its provenance. */
  readonly numbers: readonly ResultRow[];
  /** What should be known of the numbers. */
  readonly notes: readonly string[];
}

/** Runs every row of a table, model after model. */
export async function runTable({ table, models }: TablePlan, run: TableRun): Promise<TableResult> {
  const done: Cell[] = [];
  const tables: FinishedTable[] = [];
  try {
    for (const model of models) tables.push(await runModel(table, model, { ...run, done }));
  } catch (error) {
    const saved = await saveDone(done, run.partial);
    if (saved === undefined) throw error;
    if (error instanceof Interrupted) throw new Interrupted(saved);
    remark(saved, run.flags);
    throw error;
  }
  const calibrations = models.flatMap(({ opened }) => opened.calibration.note ?? []);
  const notes = new Set([...done.flatMap((cell) => cell.notes), ...calibrations]);
  return { tables, numbers: done.flatMap((cell) => cell.numbers), notes: [...notes] };
}

/** A run, and what is done of it. */
interface CellRun extends TableRun {
  readonly done: Cell[];
}

/** The number of one row and column, in the unit of the table, with all numbers that came with it. */
interface Cell {
  readonly value: number;
  readonly numbers: readonly ResultRow[];
  readonly notes: readonly string[];
}

/** The row that others are compared with is run first and by itself: it costs the least so. */
async function runModel(table: PaperTable, model: ModelPlan, run: CellRun): Promise<FinishedTable> {
  const { flags, signal } = run;
  const rows: FinishedRow[] = [];
  const runRows = async (chains: readonly Chain[], reference?: ReferenceModel): Promise<void> => {
    for (const chain of chains) {
      const work = (variant: Variant): Promise<FinishedRow> => runRow({ table, model, variant }, run);
      rows.push(await withVariant(model.opened, chain, { flags, signal, reference, work }));
    }
  };
  const first = model.rows.find(({ label }) => label === table.comparesWith);
  if (first === undefined) {
    await runRows(model.rows);
  } else {
    await runRows([first]);
    const others = model.rows.filter((chain) => chain !== first);
    await withReference(model.opened, first, { flags, signal, work: (reference) => runRows(others, reference) });
  }
  return { rows: withShares(table.columns, rows) };
}

async function runRow(
  of: { readonly table: PaperTable; readonly model: ModelPlan; readonly variant: Variant },
  run: CellRun,
): Promise<FinishedRow> {
  const { table, model, variant } = of;
  const published = table.published[model.opened.hubId?.toLowerCase() ?? '']?.[variant.label];
  const cells: (Cell | undefined)[] = [];
  for (const [index, column] of model.data.entries()) {
    const cell =
      column === undefined ? undefined : await runCell({ model, variant, column }, published?.[index] ?? null, run);
    cells.push(cell);
    if (cell !== undefined) run.done.push(cell);
  }
  const accuracies = cells.filter((_, index) => model.data[index]?.kind === 'accuracy').map((cell) => cell!.value);
  const values = table.columns.map(({ kind }, index) =>
    kind === 'average' ? unweightedAverage(accuracies) : (cells[index]?.value ?? null),
  );
  return { label: variant.label, values, published, changedWeights: variant.changedWeights };
}

async function runCell(
  of: { readonly model: ModelPlan; readonly variant: Variant; readonly column: ColumnData },
  published: number | null,
  run: CellRun,
): Promise<Cell> {
  const { model, variant, column } = of;
  const settings = { ...run, bos: model.bos, facts: model.facts, tokenizer: model.opened.tokenizer };
  if (column.kind === 'perplexity') {
    const { row, paired, notes } = await runCorpus(variant, column.data, settings);
    return { value: row.value, numbers: [{ ...row, published }, ...paired], notes };
  }
  const { rows, notes } = await runTask(model.opened, variant, { data: column.data, settings });
  const isPublished = (row: ResultRow): boolean => row.metric === 'acc' && published !== null;
  const numbers = rows.map((row) => (isPublished(row) ? { ...row, published: published! / 100 } : row));
  return { value: 100 * rows.find((row) => row.metric === 'acc')!.value, numbers, notes };
}

/** Saves what is done, and says so; where there is nothing yet, it says nothing. */
async function saveDone(done: readonly Cell[], file: string): Promise<string | undefined> {
  const numbers = done.flatMap((cell) => cell.numbers);
  if (numbers.length === 0) return undefined;
  await savePartial(numbers, file);
  return `${numbers.length} finished numbers are saved in ${file}; nothing else was written`;
}
