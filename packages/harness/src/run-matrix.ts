/** Runs a matrix: every model under every chain of interventions on all data. */
import { type Chain } from '@linchpin/execution';
import type { BosRule, ResultRow } from '@linchpin/plugin-api';
import type { FewshotByTask, TaskGroup } from '@linchpin/tasks';
import { type Corpus, openCorpus, requireNamedCorpus } from './open-corpus.ts';
import { dataOf, type ModelData } from './data-source.ts';
import { average, openTasks, requireScoredWhole, writeAnswers } from './evaluate.ts';
import type { HarnessParts } from './harness-parts.ts';
import { createChain, type InterventionSpecification } from './interventions.ts';
import { type OpenedModel, openModel, type OpenOptions } from './open-model.ts';
import { runCorpus } from './run-corpus.ts';
import { runFacts } from './run-facts.ts';
import { runTask } from './run-task.ts';
import { type TaskData, isWritten } from './task-data.ts';
import { withVariant } from './variant.ts';

export interface Matrix {
  /** Folders, Hub ids or names of embedded models. */
  readonly models: readonly string[];
  readonly chains: readonly MatrixChain[];
  readonly tasks: readonly string[];
  readonly corpora: readonly string[];
  /** Few-shot examples by tasks. */
  readonly fewshot?: FewshotByTask | undefined;
  /** Only so many items of every task, and windows of every corpus. */
  readonly limit?: number | undefined;
  readonly windows?: number | undefined;
  /** What a model's card says, or the tokenizer's own rule, when absent. */
  readonly bos?: BosRule | undefined;
  /** How every model is opened. */
  readonly opening?: OpenOptions;
}

export interface MatrixChain {
  readonly label: string;
  readonly interventions: readonly InterventionSpecification[];
}

/** A model with everything that runs on it. */
interface PlannedModel {
  readonly opened: OpenedModel;
  readonly chains: readonly Chain[];
  readonly tasks: readonly TaskData[];
  readonly groups: readonly TaskGroup[];
  readonly corpora: readonly Corpus[];
}

export interface PlannedMatrix {
  /** The names of all parts that will be run; averages of groups are none of them. */
  readonly parts: readonly { readonly model: string; readonly label: string; readonly task: string }[];
  /** Runs and records all parts; gives what should be known of their numbers. */
  run(): Promise<ReadonlySet<string>>;
}

/** What can be wrong with any of it is said before the first number is computed. */
export async function planMatrix(parts: HarnessParts, matrix: Matrix): Promise<PlannedMatrix> {
  matrix.corpora.forEach(requireNamedCorpus);
  const tasksOf = openedOnce(matrix, parts.tasks);
  const models: PlannedModel[] = [];
  for (const model of matrix.models) {
    const opened = await openModel(parts, model, matrix.opening);
    const data = dataOf(parts, opened);
    const { data: tasks, groups } = await tasksOf(data);
    requireScoredWhole(parts.context, tasks);
    const chains: Chain[] = [];
    for (const { label, interventions } of matrix.chains)
      chains.push(await createChain(interventions, opened.facts, { ...parts, label }));
    const corpora: Corpus[] = [];
    for (const name of matrix.corpora) corpora.push(await openCorpus(opened, name, { data }));
    models.push({ opened, chains, tasks, groups, corpora });
  }
  return { parts: models.flatMap(partsOf), run: () => runMatrix(models, matrix, parts) };
}

/** The tasks of a source, read once for all models. */
function openedOnce(
  { tasks: names, limit, fewshot }: Matrix,
  own: HarnessParts['tasks'],
): (data: ModelData) => ReturnType<typeof openTasks> {
  const opened = new Map<string, ReturnType<typeof openTasks>>();
  return (data) => {
    const tasks = opened.get(data.inWords) ?? openTasks(data, names, { limit, fewshot, own });
    opened.set(data.inWords, tasks);
    return tasks;
  };
}

function partsOf({ opened, chains, tasks, corpora }: PlannedModel): PlannedMatrix['parts'] {
  const data = [...tasks.map(({ task }) => task.name), ...corpora.map(({ name }) => name)];
  return chains.flatMap(({ label }) => data.map((task) => ({ model: opened.name, label, task })));
}

async function runMatrix(
  models: readonly PlannedModel[],
  { bos: asked, windows }: Matrix,
  { context, recording }: HarnessParts,
): Promise<ReadonlySet<string>> {
  const notes = new Set<string>();
  const progress = context.reporter.begin(models.flatMap(partsOf).length);
  const record = await recording.open();
  for (const { opened, chains, tasks, groups, corpora } of models) {
    const shared = { facts: await runFacts(opened), progress, record };
    const bos = asked ?? opened.card?.bos ?? 'tokenizer';
    for (const chain of chains) {
      const rows: ResultRow[] = [];
      await withVariant(opened, chain, {
        context,
        async work(variant) {
          for (const data of tasks.filter((each) => !isWritten(each))) {
            const outcome = await runTask(opened, variant, { data, settings: { ...shared, bos } });
            rows.push(...outcome.rows);
            outcome.notes.forEach((note) => notes.add(note));
          }
          for (const corpus of corpora) {
            const settings = { ...shared, windows, tokenizer: opened.tokenizer };
            const outcome = await runCorpus(variant, corpus, settings);
            outcome.notes.forEach((note) => notes.add(note));
          }
        },
      });
      await writeAnswers(opened, {
        context,
        chain,
        data: tasks.filter(isWritten),
        settings: { ...shared, bos },
        onModel() {},
        onRows(numbers, more) {
          rows.push(...numbers);
          more.forEach((note) => notes.add(note));
        },
      });
      average(groups, rows, record).notes.forEach((note) => notes.add(note));
    }
  }
  return notes;
}
