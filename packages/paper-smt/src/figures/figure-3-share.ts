/**
 * Figure 3 of "Sparse Matrix Tuning" (arXiv 2405.15525): the average accuracy of the commonsense sets against the share of weights
 * that are trained, of LoRA, DoRA and SMT. The paper's claim is that the first two stop to gain, or lose, where SMT does not.
 */
import type { ExperimentResult } from '@linchpin/harness';
import { type FigureData, resultInWords, type Table } from '@linchpin/report';
import { requireSets, type TrainedAccuracies, trainedAccuracies } from '../tuning/trained-accuracies.ts';
import { planInWords, settingsOf, tuningOptions, tuningPlan } from '../tuning/tuning-options.ts';
import { runMaker } from '../tuning/tuning-runs.ts';
import { type SmtFigure } from './smt-figure.ts';

const defaults = { steps: 200, learningRate: 1e-3 };

/** The paper's shares lie between 0.43 and 4.91 %; which five it took for a model of 7B is read off its axis. */
const defaultShares = [0.0043, 0.0084, 0.0168, 0.0301, 0.0491];

export const figure3: SmtFigure = {
  name: 'figure-smt-3',
  id: '3',
  title: 'Accuracy against the share of trained weights',
  takes: [...tuningOptions, 'datasets', 'limit', 'sets', 'protocol'],
  async plan(harness, options) {
    const opened = typeof options.model === 'object' ? options.model : await harness.open(options.model);
    const plan = tuningPlan(options, defaults, opened);
    const maker = runMaker(opened, options.block);
    const shares = (options.shares ?? defaultShares).toSorted((a, b) => a - b);
    const runs = shares.flatMap((share) => [
      maker.lowRank(share, 'lora'),
      maker.lowRank(share, 'dora'),
      maker.smt(share, 'attention'),
    ]);
    await requireSets({ harness, opened, options });
    const settings = settingsOf(harness, plan, { block: maker.block, shares });
    return {
      async run(onNumbers) {
        const accuracies = await trainedAccuracies({ harness, opened, options, plan, runs }, onNumbers);
        return resultOf(accuracies, { model: opened.name, settings, trained: planInWords(plan) });
      },
    };
  },
};

interface Made {
  readonly model: string;
  readonly settings: ReturnType<typeof settingsOf>;
  readonly trained: string;
}

function resultOf(accuracies: TrainedAccuracies, { model, settings, trained }: Made): ExperimentResult {
  const { rows, numbers, notes } = accuracies;
  const drawing = draw(accuracies);
  const records = recordsOf(accuracies);
  const caption = `${accuracies.caption} Trained: ${trained}.`;
  const shows = `Without training the average is ${(rows[0]!.values.at(-1) ?? NaN).toFixed(1)} %.`;
  return {
    table: records,
    numbers,
    artifact: {
      kind: 'figure',
      model,
      settings,
      title: drawing.title,
      figure: drawing,
      numbers,
      notes,
      caption,
      shows,
    },
    drawing,
    json: { figure: drawing, rows, numbers },
    inWords: (files) =>
      resultInWords({
        table: records,
        remarks: [caption, ...notes],
        shows: [shows],
        files: { Figure: files.drawing, Points: files.table },
      }),
  };
}

function recordsOf({ rows, finished, sets }: TrainedAccuracies): Table {
  return {
    columns: [
      '',
      { header: 'trained %', decimals: 3 },
      ...[...sets.map(({ header }) => header), 'AVG'].map((header) => ({ header, decimals: 1 })),
    ],
    rows: rows.map(({ label, values }, index) => [
      label,
      index === 0 ? null : 100 * finished[index - 1]!.share,
      ...values,
    ]),
  };
}

function draw({ rows, finished }: TrainedAccuracies): FigureData {
  const points = finished.map(({ run, share }, index) => ({
    series: run.series,
    x: 100 * share,
    y: rows[index + 1]!.values.at(-1) ?? NaN,
  }));
  const series = [...Map.groupBy(points, (point) => point.series)].map(([label, those]) => ({ label, points: those }));
  return {
    number: 3,
    title: figure3.title,
    panels: [{ x: { label: 'trained weights (%)', log: true }, y: { label: 'average accuracy (%)' }, series }],
  };
}
