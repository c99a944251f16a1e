/** Scores tasks on a model under a chain of interventions. */
import type { JudgedItem } from '@linchpin/evaluator';
import { type AppliedChain, type Chain, modelInWords, requireComparable } from '@linchpin/execution';
import type { BosRule, ResultRow } from '@linchpin/plugin-api';
import { loadChatTemplate } from '@linchpin/models';
import { type Asking, groupRows, planTasks, type TaskGroup, type TaskPlanOptions } from '@linchpin/tasks';
import type { RunRecord, WrittenItem } from '@linchpin/recording';
import { requireWhole } from '@linchpin/runtime';
import { requireChoice, requireList } from './check-options.ts';
import { writtenBesideReference } from './errors.ts';
import { dataInWords, dataOf, type ModelData } from './data-source.ts';
import type { HarnessParts } from './harness-parts.ts';
import { createChain, type InterventionSpecification } from './interventions.ts';
import type { OpenedModel } from './open-model.ts';
import { bosInWords, runFacts } from './run-facts.ts';
import type { WrittenRun } from './run-written.ts';
import { runTask } from './run-task.ts';
import { openTaskData, type TaskData, isWritten } from './task-data.ts';
import { withCompared } from './variant.ts';

/** Under what the model is scored: specifications of interventions, or a chain of `Harness.chain`. */
export interface ChainOptions {
  readonly interventions?: readonly InterventionSpecification[] | Chain;
}

/** Which rows of tasks are asked, behind which prompts. */
export type AskingOptions = Omit<TaskPlanOptions, 'chat' | 'own'>;

export interface ReferenceOptions {
  /**
   * What the model is compared with on the same tokens, as `interventions`; none of them is the model as it is. Adds rows for
   * KL divergence, share of equal top tokens, differences of probabilities, and ratio of perplexities.
   */
  readonly reference?: readonly InterventionSpecification[] | Chain | undefined;
}

export interface EvaluateOptions extends ChainOptions, AskingOptions, ReferenceOptions {
  /** Names of tasks, groups and tags, or patterns of them. */
  readonly tasks: readonly string[];
  /** The name of a chat template of the model, or `true` for its default one; texts are plain when absent. */
  readonly chatTemplate?: string | true | undefined;
  /** Whether a BOS begins every request; what the model's card says, or the tokenizer's own rule, when absent. */
  readonly bos?: BosRule | undefined;
  /** Called with every item once it is judged. */
  readonly onItem?: (item: JudgedItem, origin: { readonly task: string; readonly bos: string }) => void;
  /** The same for every answer that is written. */
  readonly onText?: (item: WrittenItem, origin: { readonly task: string; readonly bos: string }) => void;
  /** Called with the numbers of every task once they are there: what a caller saves of a run that ends early. */
  readonly onRows?: (rows: readonly ResultRow[]) => void;
}

export interface Outcome {
  /** One a number, with its provenance. */
  readonly rows: readonly ResultRow[];
  /** What should be known of them. */
  readonly notes: readonly string[];
}

/** Tasks, as lm-evaluation-harness scores them. The data are read and checked before anything is computed. */
export async function evaluate(parts: HarnessParts, opened: OpenedModel, options: EvaluateOptions): Promise<Outcome> {
  const { context, recording } = parts;
  requireList('tasks', options.tasks, 'task');
  requireChoice('bos', options.bos, ['never', 'always', 'tokenizer']);
  const { tasks, limit, numFewshot, fewshot, fewshotSeed, sample, system } = options;
  const asking = { limit, numFewshot, fewshot, fewshotSeed, sample, system, chat: await chatFormat(opened, options) };
  const { data, groups } = await openTasks(dataOf(parts, opened), tasks, { ...asking, own: parts.tasks });
  const chain = await chainOf(parts, opened, options);
  const reference = await referenceOf(parts, opened, options);
  const rule: BosRule = options.bos ?? opened.card?.bos ?? 'tokenizer';
  const bos = bosInWords(rule, opened);
  const [written, scored] = [data.filter(isWritten), data.filter((each) => !isWritten(each))];
  requireScoredWhole(context, written);
  if (reference !== undefined && written.length > 0) throw writtenBesideReference(written.map(({ task }) => task.name));
  const settings = {
    bos: rule,
    facts: await runFacts(opened),
    progress: context.reporter.begin([...scored, ...written].map(({ characters }) => characters)),
    record: await recording.open(),
  };
  const rows: ResultRow[] = [];
  const notes = new Set<string>();
  const noteModel = (model: AppliedChain & { readonly changedWeights: number }): void => {
    const asked = `${dataInWords(parts, [opened], firstInWords(asking))}${sampleInWords(asking)}`;
    notes.add(`Model ${modelInWords(opened, model)} ${asked}. BOS ${bos}.`);
    if (opened.calibration.note !== undefined) notes.add(opened.calibration.note);
  };
  const score = async (): Promise<void> =>
    await withCompared(opened, chain, {
      context,
      reference,
      async work(variant) {
        noteModel(variant);
        if (reference !== undefined) notes.add(comparedWith(reference));
        for (const each of scored) {
          const origin = { task: each.task.name, bos };
          const onItem = (item: JudgedItem): void => options.onItem?.(item, origin);
          const outcome = await runTask(opened, variant, { data: each, settings: { ...settings, onItem } });
          const numbers = [...outcome.rows, ...outcome.paired];
          rows.push(...numbers);
          for (const note of outcome.notes) notes.add(note);
          options.onRows?.(numbers);
        }
      },
    });
  if (scored.length > 0) await score();
  await writeAnswers(opened, {
    context,
    chain,
    data: written,
    settings: { ...settings, onText: (item, task) => options.onText?.(item, { task, bos }) },
    onModel: noteModel,
    onRows(numbers, more) {
      rows.push(...numbers);
      for (const note of more) notes.add(note);
      options.onRows?.(numbers);
    },
  });
  const averages = average(groups, rows, settings.record);
  rows.push(...averages.rows);
  for (const note of averages.notes) notes.add(note);
  if (averages.rows.length > 0) options.onRows?.(averages.rows);
  return { rows, notes: [...notes] };
}

/** Throws where stages are asked for beside answers that are written. */
export function requireScoredWhole({ settings }: HarnessParts['context'], data: readonly TaskData[]): void {
  if (data.some(isWritten)) requireWhole(settings, 'tasks whose answers are written');
}

/** The numbers of groups from those of one variant, recorded. */
export function average(groups: readonly TaskGroup[], rows: readonly ResultRow[], record: RunRecord): Outcome {
  const averages = groupRows(groups, rows);
  record.averages(averages);
  const without = groups.filter(({ name }) => averages.every(({ task }) => task !== name));
  return {
    rows: averages,
    notes: without.map(({ name }) => `${name}: no average, for a task of it lacks the metric.`),
  };
}

function firstInWords({ limit }: Asking): string | undefined {
  if (limit === undefined) return undefined;
  // Twelve digits, so that 0.07 is 7 and not 7.000000000000001.
  return limit < 1 ? `${Number((100 * limit).toPrecision(12))} % of the items` : `${limit} items`;
}

function sampleInWords({ limit, sample }: Asking): string {
  if (sample === undefined) return '';
  const { count, seed } = sample;
  return `, ${limit === undefined ? '' : 'and of these '}${count} items of each, drawn with the seed ${seed}`;
}

/** Imported where there are such tasks: most are scored, and write no text. */
export async function writeAnswers(opened: OpenedModel, run: WrittenRun): Promise<void> {
  if (run.data.length === 0) return;
  const { runWritten } = await import('./run-written.ts');
  await runWritten(opened, run);
}

async function chatFormat(
  { checkpoint }: OpenedModel,
  { chatTemplate }: Pick<EvaluateOptions, 'chatTemplate'>,
): Promise<Asking['chat']> {
  if (chatTemplate === undefined) return undefined;
  const { name, sha256, render } = await loadChatTemplate(checkpoint, chatTemplate === true ? undefined : chatTemplate);
  return { inWords: `${name} ${sha256}`, render };
}

/** The data of tasks, each task once, and the groups that were asked for. Throws for the first row that cannot be used. */
export async function openTasks(
  source: ModelData,
  names: readonly string[],
  options: TaskPlanOptions = {},
): Promise<{ readonly data: TaskData[]; readonly groups: readonly TaskGroup[] }> {
  const { tasks, groups } = planTasks(names, options);
  const data: TaskData[] = [];
  for (const { task, asking } of tasks) data.push(await openTaskData(task, { data: source, ...asking }));
  return { data, groups };
}

/** The chain that is given, or one of the interventions that are asked for. */
export async function chainOf(
  parts: HarnessParts,
  opened: OpenedModel,
  { interventions = [] }: ChainOptions,
): Promise<Chain> {
  return 'label' in interventions ? interventions : await createChain(interventions, opened.facts, parts);
}

/** The chain that the model is compared with; absent where it is compared with nothing. */
export async function referenceOf(
  parts: HarnessParts,
  opened: OpenedModel,
  { reference }: ReferenceOptions,
): Promise<Chain | undefined> {
  if (reference === undefined) return undefined;
  requireComparable(parts.context);
  return await chainOf(parts, opened, { interventions: reference });
}

export function comparedWith({ label }: Chain): string {
  return `Compared with ${label} on the same tokens.`;
}
