/** Computes the columns of Table 1 at every factor, column by column. */
import { sweepTask, type TaskResult } from '@linchpin/evaluator';
import { type Progress, storeMeter } from '@linchpin/execution';
import {
  type Corpus,
  corpusNotes,
  corpusRow,
  type Cost,
  CostMeter,
  type Harness,
  type TaskData,
  taskNotes,
  taskRows,
} from '@linchpin/harness';
import type { RunRecord } from '@linchpin/recording';
import { type PerplexityResult, sweepPerplexity } from '@linchpin/perplexity';
import type { ResultRow } from '@linchpin/plugin-api';
import type { MetricsTableParts } from '../tables/paper-table.ts';
import { costOf, type ModelPlan } from '../tables/run-table.ts';
import { table1 } from '../tables/table-1-super-weight-importance.ts';
import { type SweptModel, withSweep } from './swept-model.ts';

/** What is measured of every factor. */
export const measured: MetricsTableParts = table1;

/** Drawing anew is no part of what a sweep compares: LAMBADA's perplexities get a rough standard error. */
const bootstrapReplicates = 1000;

/** The model with the data of the columns of `measured`. */
export interface SweepPlan extends Omit<ModelPlan, 'rows'> {
  readonly factors: readonly number[];
}

export interface SweepRun {
  readonly harness: Pick<Harness, 'context' | 'recording'>;
  /** Windows of each corpus; all when undefined. */
  readonly windows: number | undefined;
  /** Called with the numbers of every column as it is done. */
  readonly onNumbers: (numbers: readonly ResultRow[]) => void;
}

interface ColumnRun extends SweepRun {
  readonly progress: Progress;
  readonly record: RunRecord;
}

/** One measured column at every factor. */
export interface SweptColumn {
  readonly kind: 'accuracy' | 'perplexity';
  readonly header: string;
  readonly points: readonly SweptPoint[];
}

export interface SweptPoint {
  /** Percent for accuracies. */
  readonly value: number;
  /** 1 for every item that is answered right, else 0; the mean negative log-likelihood of every window. */
  readonly outcomes: readonly number[];
  /** All numbers that came with it, with their provenance. */
  readonly numbers: readonly ResultRow[];
}

export interface SweepResult {
  readonly columns: readonly SweptColumn[];
  /** What should be known of the numbers. */
  readonly notes: readonly string[];
}

export async function runSweep(plan: SweepPlan, run: SweepRun): Promise<SweepResult> {
  const { context, recording } = run.harness;
  const costs = plan.data.flatMap((column) => (column === undefined ? [] : [costOf(column, run.windows)]));
  const shared = { ...run, progress: context.reporter.begin(costs), record: await recording.open() };
  const columns: SweptColumn[] = [];
  const notes = new Set<string>();
  const work = async (swept: SweptModel): Promise<void> => {
    for (const [index, { header }] of measured.columns.entries()) {
      const data = plan.data[index];
      if (data === undefined) continue;
      const { kind } = data;
      const measure = { plan, swept, notes };
      const points =
        kind === 'accuracy'
          ? await sweepAccuracy(measure, data.data, shared)
          : await sweepCorpus(measure, data.data, shared);
      columns.push({ kind, header, points });
      run.onNumbers(numbersOf(columns.slice(-1)));
    }
  };
  await withSweep(plan.opened, plan.factors, { context, work });
  return { columns, notes: [...notes] };
}

export function numbersOf(columns: readonly SweptColumn[]): ResultRow[] {
  return columns.flatMap(({ points }) => points.flatMap(({ numbers }) => numbers));
}

interface Measure {
  readonly plan: SweepPlan;
  readonly swept: SweptModel;
  readonly notes: Set<string>;
}

async function sweepAccuracy(of: Measure, data: TaskData, { progress, record }: ColumnRun): Promise<SweptPoint[]> {
  const { plan, swept, notes } = of;
  const { tokenizer, config } = plan.opened;
  const meter = new CostMeter(swept);
  const outcomes = plan.factors.map((): number[] => []);
  const records = plan.factors.map(() => record.beginPart(plan.opened.tokenizer));
  let cut = 0;
  const label = `${swept.points.length} factors · ${data.task.name}`;
  const work = (step: () => void): Promise<TaskResult[]> =>
    sweepTask({
      task: data.task,
      questions: data.encoded({ tokenizer, bos: plan.bos, contextLength: config.contextLength }),
      model: swept.model,
      bootstrapReplicates,
      onItem(item, point) {
        const { answer, requests } = item;
        records[point]!.item(item);
        if (answer !== undefined) outcomes[point]!.push(answer.isCorrect ? 1 : 0);
        if (point > 0) return;
        step();
        cut += requests.filter(({ tokensCut }) => tokensCut > 0).length;
      },
    });
  const results = await progress.part(label, data.items, work, storeMeter(swept.batches));
  const cost = costOfPoint(meter, plan);
  return results.map((result, point): SweptPoint => {
    const origin = { opened: plan.opened, variant: swept.points[point]!, data, settings: plan };
    for (const note of taskNotes(origin, result, cut)) notes.add(note);
    const numbers = taskRows(origin, result, cost);
    records[point]!.finish(numbers);
    const own = outcomes[point]!;
    return { value: (100 * own.reduce((sum, outcome) => sum + outcome, 0)) / own.length, outcomes: own, numbers };
  });
}

async function sweepCorpus(of: Measure, corpus: Corpus, run: ColumnRun): Promise<SweptPoint[]> {
  const { plan, swept, notes } = of;
  const limit = run.windows === undefined ? {} : { limit: run.windows };
  const steps = Math.min(corpus.mostWindows, run.windows ?? Infinity);
  const meter = new CostMeter(swept);
  const records = plan.factors.map(() => run.record.beginPart(plan.opened.tokenizer));
  const read: Int32Array[] = [];
  const label = `${swept.points.length} factors · ${corpus.name}`;
  const work = (step: () => void): Promise<PerplexityResult[]> =>
    sweepPerplexity(swept.model, corpus.text, {
      ...limit,
      onWindow(_, ids) {
        step();
        read.push(ids);
      },
    });
  const results = await run.progress.part(label, steps, work, storeMeter(swept.batches));
  const cost = costOfPoint(meter, plan);
  return results.map((result, point): SweptPoint => {
    for (const note of corpusNotes(corpus, result)) notes.add(note);
    const row = corpusRow({ variant: swept.points[point]!, corpus, facts: plan.facts }, result, cost);
    const record = records[point]!;
    for (const score of result.windows) record.window(score, read[score.window]!);
    record.finish([row]);
    return { value: result.perplexity, outcomes: result.windows.map(({ nll }) => nll), numbers: [row] };
  });
}

/** Every point has its share of the time; tokens are those that every point is run on, at least in part. */
function costOfPoint(meter: CostMeter, { factors }: SweepPlan): Cost {
  const cost = meter.read();
  return { ...cost, seconds: cost.seconds / factors.length };
}
