/** Computes a table row by row and cell by cell. */
import type { Chain, ReferenceModel } from '@linchpin/execution';
import {
  type Harness,
  type OpenedModel,
  requireCount,
  runCorpus,
  type RunFacts,
  runFacts,
  runTask,
  type Variant,
  withReference,
  withVariant,
  dataOf,
} from '@linchpin/harness';
import { unweightedAverage } from '@linchpin/metrics';
import type { BosRule, ResultRow } from '@linchpin/plugin-api';
import { requireWhole } from '@linchpin/runtime';
import type { MeasuringOptions } from '../paper-options.ts';
import type { FinishedRow, FinishedTable, MetricsTableParts } from './paper-table.ts';
import { withShares } from './share-of-improvement.ts';
import { type ColumnData, openTableData, type TableData } from './table-data.ts';

/** A table, and the models that it is of. */
export interface TablePlan {
  readonly table: MetricsTableParts;
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
  readonly harness: Pick<Harness, 'context' | 'recording'>;
  /** Windows of each corpus; all when undefined. */
  readonly windows: number | undefined;
  /** Called with the numbers of every cell as it is done. */
  readonly onNumbers: (numbers: readonly ResultRow[]) => void;
}

export interface TableResult {
  /** One a model. */
  readonly tables: readonly FinishedTable[];
  /** One row a number, with its provenance. */
  readonly numbers: readonly ResultRow[];
  /** What should be known of the numbers. */
  readonly notes: readonly string[];
}

/** Opens and checks the data of a model's rows. */
export async function planModel(
  table: MetricsTableParts,
  opened: OpenedModel,
  {
    rows,
    options,
    harness,
  }: { readonly rows: readonly Chain[]; readonly options: MeasuringOptions; readonly harness: Harness },
): Promise<ModelPlan> {
  const { limit, windowBos } = options;
  requireCount('windows', options.windows);
  if (table.comparesWith !== undefined)
    requireWhole(harness.context.settings, `table ${table.number}, a comparison with a reference`);
  return {
    opened,
    rows,
    data: await openTableData(opened, table, { data: dataOf(harness, opened), limit, bos: windowBos }),
    // The paper's runs had no BOS (lm-evaluation-harness 0.4.3); a model's card may need one.
    bos: options.bos ?? opened.card?.bos ?? 'never',
    facts: await runFacts(opened),
  };
}

/** Runs every row of a table, model after model. */
export async function runTable({ table, models }: TablePlan, run: TableRun): Promise<TableResult> {
  const { context, recording } = run.harness;
  const done: Cell[] = [];
  const shared = {
    ...run,
    done,
    progress: context.reporter.begin(models.flatMap((model) => costsOf(model, run))),
    record: await recording.open(),
  };
  const tables: FinishedTable[] = [];
  for (const model of models) tables.push(await runModel(table, model, shared));
  const calibrations = models.flatMap(({ opened }) => opened.calibration.note ?? []);
  const notes = new Set([...done.flatMap((cell) => cell.notes), ...calibrations]);
  return { tables, numbers: done.flatMap((cell) => cell.numbers), notes: [...notes] };
}

/** What the cells of a model cost beside each other, in the order in which they are run. */
function costsOf({ rows, data }: ModelPlan, { windows }: Pick<TableRun, 'windows'>): number[] {
  return rows.flatMap(() => data.flatMap((column) => (column === undefined ? [] : [costOf(column, windows)])));
}

/** Characters of a token of English text, about. */
const charactersOfToken = 4;

/** In characters. */
export function costOf(column: ColumnData, windows: number = Infinity): number {
  if (column.kind === 'accuracy') return column.data.characters;
  const { text, mostWindows } = column.data;
  return charactersOfToken * text.window * Math.min(mostWindows, windows);
}

/** A run, and what is done of it. */
interface CellRun extends TableRun {
  readonly progress: Parameters<typeof runTask>[2]['settings']['progress'];
  readonly record: Parameters<typeof runTask>[2]['settings']['record'];
  readonly done: Cell[];
}

/** The number of one row and column, in the unit of the table, with all numbers that came with it. */
interface Cell {
  readonly value: number;
  readonly numbers: readonly ResultRow[];
  readonly notes: readonly string[];
}

/** The row that others are compared with is run first and by itself: it costs the least so. */
async function runModel(table: MetricsTableParts, model: ModelPlan, run: CellRun): Promise<FinishedTable> {
  const { context } = run.harness;
  const rows: FinishedRow[] = [];
  const runRows = async (chains: readonly Chain[], reference?: ReferenceModel): Promise<void> => {
    for (const chain of chains) {
      const work = (variant: Variant): Promise<FinishedRow> => runRow({ table, model, variant }, run);
      rows.push(await withVariant(model.opened, chain, { context, reference, work }));
    }
  };
  const first = model.rows.find(({ label }) => label === table.comparesWith);
  if (first === undefined) {
    await runRows(model.rows);
  } else {
    await runRows([first]);
    const others = model.rows.filter((chain) => chain !== first);
    await withReference(model.opened, first, { context, work: (reference) => runRows(others, reference) });
  }
  return { rows: withShares(table.columns, rows) };
}

async function runRow(
  of: { readonly table: MetricsTableParts; readonly model: ModelPlan; readonly variant: Variant },
  run: CellRun,
): Promise<FinishedRow> {
  const { table, model, variant } = of;
  const published = table.published[model.opened.hubId?.toLowerCase() ?? '']?.[variant.label];
  const cells: (Cell | undefined)[] = [];
  for (const [index, column] of model.data.entries()) {
    const cell =
      column === undefined ? undefined : await runCell({ model, variant, column }, published?.[index] ?? null, run);
    cells.push(cell);
    if (cell === undefined) continue;
    run.done.push(cell);
    run.onNumbers(cell.numbers);
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
