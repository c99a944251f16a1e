/** Runs what a night consists of: every model under every chain of interventions on all data. */
import { findTask } from '@linchpin/tasks';
import { corpora, type Corpus, type CorpusName } from '../corpora.ts';
import { unknownCorpus } from '../errors.ts';
import type { ModelFlags } from '../flags.ts';
import { createChain } from '../interventions.ts';
import { openModel, type OpenedModel } from '../open-model.ts';
import { createProgress } from '../progress.ts';
import { recordOf } from '../recording/command-record.ts';
import { runCorpus } from '../run-corpus.ts';
import { runFacts } from '../run-facts.ts';
import { runTask } from '../run-task.ts';
import { openTaskData, type TaskData } from '../task-data.ts';
import { type Chain, withVariant } from '../variant.ts';
import type { NightlyPlan } from './plan-nightly.ts';

/** A model with everything that runs on it. */
export interface PlannedModel {
  readonly opened: OpenedModel;
  readonly chains: readonly Chain[];
  readonly tasks: readonly TaskData[];
  readonly corpora: readonly Corpus[];
}

/** What can be wrong with any of it is said before the first number is computed. */
export async function openMatrix(plan: NightlyPlan, flags: ModelFlags, signal: AbortSignal): Promise<PlannedModel[]> {
  const names = plan.corpora.map(requireCorpus);
  const tasks: TaskData[] = [];
  for (const task of plan.tasks.map(findTask)) {
    tasks.push(await openTaskData(task, { folder: plan.folder, limit: plan.limit }));
  }
  const models: PlannedModel[] = [];
  for (const model of plan.models) {
    const opened = await openModel({ ...flags, model }, signal);
    const chains: Chain[] = [];
    for (const { label, interventions } of plan.chains) {
      const { interventions: chain } = await createChain({ intervention: [...interventions] }, opened.facts);
      chains.push({ label, interventions: chain });
    }
    const texts: Corpus[] = [];
    for (const name of names) texts.push(await corpora[name](opened, { folder: plan.folder }));
    models.push({ opened, chains, tasks, corpora: texts });
  }
  return models;
}

function requireCorpus(name: string): CorpusName {
  const known = Object.keys(corpora) as CorpusName[];
  const found = known.find((each) => each === name);
  if (found === undefined) throw unknownCorpus(name, [], known);
  return found;
}

export interface MatrixRun {
  readonly plan: NightlyPlan;
  readonly flags: ModelFlags;
  readonly signal: AbortSignal;
}

/** Runs and records all parts; gives what should be known of their numbers. */
export async function runMatrix(
  models: readonly PlannedModel[],
  { plan, flags, signal }: MatrixRun,
): Promise<ReadonlySet<string>> {
  const notes = new Set<string>();
  const parts = models.map((model) => model.chains.length * (model.tasks.length + model.corpora.length));
  const progress = createProgress(flags, { parts: parts.reduce((sum, each) => sum + each, 0), signal });
  const record = await recordOf(flags);
  for (const { opened, chains, tasks, corpora: texts } of models) {
    const shared = { facts: await runFacts(opened), progress, record };
    const bos = plan.bos ?? opened.card?.bos ?? 'tokenizer';
    for (const chain of chains) {
      await withVariant(opened, chain, {
        flags,
        signal,
        async work(variant) {
          for (const data of tasks) {
            const outcome = await runTask(opened, variant, { data, settings: { ...shared, bos } });
            outcome.notes.forEach((note) => notes.add(note));
          }
          for (const text of texts) {
            const settings = { ...shared, windows: plan.windows, tokenizer: opened.tokenizer };
            const outcome = await runCorpus(variant, text, settings);
            outcome.notes.forEach((note) => notes.add(note));
          }
        },
      });
    }
  }
  return notes;
}
