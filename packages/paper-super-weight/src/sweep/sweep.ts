/** The sweep as an experiment: super weights times a range of factors, with one opening of the model. */
import {
  bosInWords,
  dataInWords,
  type Experiment,
  type ExperimentResult,
  type Harness,
  type OpenOptions,
} from '@linchpin/harness';
import { resultInWords } from '@linchpin/report';
import { firstInWords, type MeasuringOptions, type ModelChoice, openChosen } from '../paper-options.ts';
import { checkSuperWeights } from '../super-weight-chains.ts';
import { planModel } from '../tables/run-table.ts';
import { describeSweep } from './draw-sweep.ts';
import { factorsOf, paperFactors } from './factors.ts';
import { finishSweep, type FinishedSweep } from './finished-sweep.ts';
import { measured, numbersOf, runSweep, type SweepPlan } from './run-sweep.ts';
import { comparisonTable, shortTable, wideTable } from './sweep-tables.ts';

export interface SweepOptions extends MeasuringOptions, OpenOptions {
  readonly model?: ModelChoice | undefined;
  /** 1 is always among them; those of Figure 6 when absent. */
  readonly factors?: readonly number[] | undefined;
}

export const sweep: Experiment<SweepOptions> = {
  name: 'sweep',
  hasParts: true,
  async plan(harness, options) {
    const plan = await planSweep(harness, options);
    return {
      async run(onNumbers) {
        const windows = options.windows ?? options.limit;
        const result = await runSweep(plan, { harness, windows, onNumbers });
        const caption = sweepCaption(plan, harness, options);
        return resultOf(finishSweep(plan, result), { model: plan.opened.name, caption, notes: result.notes });
      },
    };
  },
};

/** Everything that could stop a sweep is asked here, before the first number is computed. */
export async function planSweep(harness: Harness, options: SweepOptions): Promise<SweepPlan> {
  const factors = factorsOf(options.factors ?? paperFactors);
  const opened = await openChosen(harness, options.model, options);
  await checkSuperWeights(opened, harness);
  const model = await planModel(measured, opened, { rows: [], options, harness });
  return { ...model, factors };
}

/** How the numbers were made, in sentences. */
export function sweepCaption({ opened, bos }: SweepPlan, harness: Harness, options: MeasuringOptions): string {
  const data = dataInWords(harness, [opened], firstInWords(options, true));
  const count = opened.facts.superWeights().length;
  return [
    `Model ${opened.name} ${data}, ${count === 1 ? 'its super weight' : `its ${count} super weights`} times s.`,
    `Accuracies in %, tasks with BOS ${bosInWords(bos, opened)}.`,
  ].join(' ');
}

function resultOf(
  finished: FinishedSweep,
  { model, caption, notes }: { readonly model: string; readonly caption: string; readonly notes: readonly string[] },
): ExperimentResult {
  const { factors, averages, comparisons, columns } = finished;
  const numbers = numbersOf(columns);
  return {
    table: wideTable(finished),
    numbers,
    more: { '-comparisons.csv': comparisonTable(finished) },
    json: { factors, averages, comparisons, numbers },
    inWords: (files) =>
      resultInWords({
        table: shortTable(finished),
        remarks: [caption, ...notes],
        shows: [describeSweep(finished, model)],
        files: {
          Points: files.table,
          'Comparisons with s = 1': files.more('-comparisons.csv'),
          'Numbers with their provenance': files.numbers,
        },
      }),
  };
}
