/**
 * A figure that the papers lack: a model whose super weight was pruned is tuned, and the loss on what is held out is followed
 * over the steps, and at the end over the share of weights that were trained. Whether gradients lead to the block in which the
 * super weight lay is said beside the chance of a random choice.
 */
import {
  type Chain,
  dataInWords,
  type ExperimentResult,
  type Harness,
  type OpenedModel,
  original,
  requireCorpus,
} from '@linchpin/harness';
import { unweightedAverage } from '@linchpin/metrics';
import { mlpOutput } from '@linchpin/models';
import { formatSuperWeight, type Json, type ResultRow, type SuperWeight } from '@linchpin/plugin-api';
import { type FigureData, type FigurePanel, resultInWords, type Table } from '@linchpin/report';
import { heldOutLoss } from '@linchpin/tuning';
import { type FinishedRun, trainRuns } from '../tuning/train-runs.ts';
import { planInWords, settingsOf, type TuningPlan, tuningOptions, tuningPlan } from '../tuning/tuning-options.ts';
import { percent, runMaker, type RunMaker, type TuningRun } from '../tuning/tuning-runs.ts';
import { type SmtFigure, type SmtFigureOptions } from './smt-figure.ts';

/** Of Table 1 of the super-weight paper. */
const tasks = ['arc_challenge', 'arc_easy', 'hellaswag', 'lambada_openai', 'piqa', 'sciq', 'winogrande'];
const corpus = 'wikitext2';

const defaults = { steps: 60, learningRate: 2e-3 };
const defaultShares = [0.0025, 0.01, 0.026];

export const repairFigure: SmtFigure = {
  name: 'figure-smt-repair',
  id: 'repair',
  title: 'Repairing a pruned super weight',
  takes: [...tuningOptions, 'superWeights', 'datasets', 'limit', 'windows'],
  async plan(harness, options) {
    const { model, superWeights } = options;
    const opened =
      typeof model === 'object' ? model : await harness.open(model, superWeights === undefined ? {} : { superWeights });
    const weights = opened.facts.superWeights();
    const plan = tuningPlan(options, defaults, opened);
    const maker = runMaker(opened, options.block);
    const shares = (options.shares ?? defaultShares).toSorted((a, b) => a - b);
    const runs = [...shares.flatMap((share) => runsAt(share, maker)), maker.full()];
    requireCorpus(corpus);
    const pruned = await harness.chain(opened, ['prune-super-weight'], 'Pruned');
    return {
      run: (onNumbers) => repair({ harness, opened, options, weights, plan, maker, runs, pruned }, onNumbers),
    };
  },
};

function runsAt(share: number, maker: RunMaker): TuningRun[] {
  // A small group of matrices may have fewer blocks than a large share asks for.
  const groups = (['attention', 'mixture'] as const).filter(
    (group) => Math.round((share * maker.parameters) / maker.block ** 2) <= maker.blocks(group),
  );
  return [
    ...groups.map((group) => maker.smt(share, group)),
    maker.lowRank(share, 'lora'),
    maker.lowRank(share, 'dora'),
  ];
}

interface Repair {
  readonly harness: Harness;
  readonly opened: OpenedModel;
  readonly options: SmtFigureOptions;
  readonly weights: readonly SuperWeight[];
  readonly plan: TuningPlan;
  readonly maker: RunMaker;
  readonly runs: readonly TuningRun[];
  readonly pruned: Chain;
}

/** A line of the result: a model, what was trained of it, and how good it is. */
interface Line {
  readonly label: string;
  readonly share: number | null;
  /** Nats a token of what is held out. */
  readonly loss: number;
  /** Average accuracy of the tasks, in %, and the perplexity of the corpus. */
  readonly accuracy: number;
  readonly perplexity: number;
}

async function repair(work: Repair, onNumbers: (rows: readonly ResultRow[]) => void): Promise<ExperimentResult> {
  const { harness, opened, plan, runs, pruned } = work;
  const finished = await trainRuns(runs, { harness, opened, chain: pruned, plan });
  const numbers: ResultRow[] = [];
  const lines: Line[] = [];
  const measure = async (chain: Chain, share: number | null, loss: number): Promise<void> => {
    const rows = await rowsOf(work, chain);
    numbers.push(...rows.all);
    onNumbers(rows.all);
    lines.push({ label: chain.label, share, loss, accuracy: rows.accuracy, perplexity: rows.perplexity });
  };
  const { limit, ...data } = plan;
  const lossUnder = async (chain: Chain): Promise<number> =>
    await heldOutLoss(opened, { ...data, limit, chain, context: harness.context });
  await measure(original, null, await lossUnder(original));
  await measure(pruned, null, await lossUnder(pruned));
  for (const { run, trained, share } of finished) {
    const repaired = await harness.chain(opened, [...pruned.interventions, trained.intervention], run.label);
    await measure(repaired, share, trained.best?.loss ?? NaN);
  }
  return resultOf(work, { finished, lines, numbers });
}

/** What Table 1 says of a chain: the average of its tasks, and the perplexity of a corpus. */
async function rowsOf(
  { harness, opened, options }: Repair,
  chain: Chain,
): Promise<{ readonly all: readonly ResultRow[]; readonly accuracy: number; readonly perplexity: number }> {
  const { limit, windows = limit } = options;
  const { rows } = await harness.evaluate(opened, { tasks, limit, interventions: chain });
  const measured = await harness.perplexity(opened, { corpus, windows, interventions: chain });
  // Of every task the first metric, as in the table.
  const first = tasks.map((task) => rows.find((row) => row.task === task)!.value);
  return {
    all: [...rows, ...measured.rows],
    accuracy: 100 * unweightedAverage(first),
    perplexity: measured.rows[0]!.value,
  };
}

interface Repaired {
  readonly finished: readonly FinishedRun[];
  readonly lines: readonly Line[];
  readonly numbers: readonly ResultRow[];
}

function resultOf(work: Repair, repaired: Repaired): ExperimentResult {
  const { harness, opened, options, plan } = work;
  const { finished, lines, numbers } = repaired;
  const drawing = draw(repaired);
  const first = options.limit === undefined ? undefined : `${options.limit} items`;
  const caption = `Model ${opened.name} ${dataInWords(harness, [opened], first)}. Its super weights ${work.weights.map(formatSuperWeight).join(', ')} are pruned, then tuned: ${planInWords(plan)}. Loss in nats a token on what is held out, the best of each training.`;
  const notes = finished.flatMap((each) => selectionInWords(work, each) ?? []);
  const shows = showsOf(lines);
  const table = tableOf(lines);
  const settings = settingsOf(harness, plan, { block: work.maker.block });
  return {
    table: recordsOf(repaired),
    numbers,
    artifact: {
      kind: 'figure',
      model: opened.name,
      settings,
      title: drawing.title,
      figure: drawing,
      numbers,
      notes,
      caption,
      shows,
    },
    drawing,
    more: { '-rows.csv': table },
    json: { figure: drawing, rows: lines, numbers },
    inWords: (files) =>
      resultInWords({
        table,
        remarks: [caption, ...notes],
        shows: [shows],
        files: { Figure: files.drawing, Points: files.table, Rows: files.more('-rows.csv') },
      }),
  };
}

function tableOf(lines: readonly Line[]): Table {
  return {
    columns: [
      '',
      { header: 'trained %', decimals: 3 },
      { header: 'held-out loss', decimals: 3 },
      { header: 'AVG accuracy %', decimals: 2 },
      { header: 'WikiText-2', decimals: 2 },
    ],
    rows: lines.map(({ label, share, loss, accuracy, perplexity }) => [
      label,
      share === null ? null : 100 * share,
      loss,
      accuracy,
      perplexity,
    ]),
  };
}

function recordsOf({ finished }: Repaired): Table {
  return {
    columns: ['run', 'series', 'trained weights', 'share', 'step', 'held-out loss'],
    rows: finished.flatMap(({ run, trained, share }) =>
      trained.evaluations.map(({ step, loss }) => [run.label, run.series, trained.facts.trained, share, step, loss]),
    ),
  };
}

function draw({ finished }: Repaired): FigureData {
  const bySeries = [...Map.groupBy(finished, ({ run }) => run.series)];
  const largest = bySeries.map(([, those]) => those.at(-1)!);
  const overSteps: FigurePanel = {
    title: 'over steps, the largest share of each',
    x: { label: 'steps' },
    y: { label: 'held-out loss (nats a token)', log: true },
    series: largest.map(({ run, trained, share }) => ({
      label: `${run.series}, ${percent(share)}`,
      points: trained.evaluations.map(({ step, loss }) => ({ x: step, y: loss })),
    })),
  };
  const overShares: FigurePanel = {
    title: 'at the end, over the share of trained weights',
    x: { label: 'trained weights (%)', log: true },
    y: { label: 'held-out loss (nats a token)', log: true },
    series: bySeries.map(([label, those]) => ({
      label,
      points: those.map(({ share, trained }) => ({ x: 100 * share, y: trained.best?.loss ?? NaN })),
    })),
  };
  return { number: 0, title: repairFigure.title, panels: [overSteps, overShares] };
}

/** Whether blocks that hold super weights are among the chosen, and how likely it was to choose them blindly. */
function selectionInWords({ opened, weights, maker }: Repair, { run, trained }: FinishedRun): string | undefined {
  if (run.method.name !== 'smt') return undefined;
  const chosen = chosenOf(trained.facts.plan);
  const group = run.series.endsWith('all matrices') ? 'mixture' : 'attention';
  const all = maker.blocks(group);
  const chance = `a random choice holds a given block with ${percent(chosen.length / all)}`;
  const found = weights.map((weight) => {
    const matrix = mlpOutput(opened, weight);
    const at = { row: Math.floor(weight.row / maker.block), column: Math.floor(weight.column / maker.block) };
    const rank = chosen.findIndex((each) => each.matrix === matrix && each.row === at.row && each.column === at.column);
    const name = formatSuperWeight(weight);
    if (group === 'attention') return `that of ${name} could not be chosen, for it lies in the MLP`;
    return rank < 0 ? `that of ${name} is not among them` : `that of ${name} is number ${rank + 1}`;
  });
  return `${run.label}: of ${all} blocks ${chosen.length} are chosen by gradient; ${found.join('; ')} (${chance}).`;
}

function chosenOf(plan: Json): readonly { readonly matrix: string; readonly row: number; readonly column: number }[] {
  return (plan as unknown as { readonly chosen: ReturnType<typeof chosenOf> }).chosen;
}

function showsOf(lines: readonly Line[]): string {
  const [whole, pruned, ...repaired] = lines;
  const best = repaired.reduce((a, b) => (b.loss < a.loss ? b : a));
  const text = `Pruning raises the loss from ${whole!.loss.toFixed(3)} to ${pruned!.loss.toFixed(3)}; ${best.label} brings it to ${best.loss.toFixed(3)}`;
  // The original was not tuned on texts like those that are held out.
  if (best.loss < whole!.loss) return `${text}, below that of the original, which was not tuned on such texts.`;
  return `${text}, which undoes ${percent((pruned!.loss - best.loss) / (pruned!.loss - whole!.loss))} of the damage.`;
}
