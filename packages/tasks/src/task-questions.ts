/** What is asked of a task: which of its rows, behind which prompts. The rows of its examples are checked to the last one first. */
import type { DataSource, FoundDataset } from '@linchpin/datasets';
import type { FewshotSource, ResultRow, Task } from '@linchpin/plugin-api';
import { PythonRandom } from '@linchpin/random';
import { badNumber, noPublishedFewshot } from './errors.ts';
import { type LoadedQuestion, loadQuestions, rowsOf } from './load-questions.ts';
import { defaultFewshotSeed } from './prompts/example-pool.ts';
import { type ChatFormat, QuestionPrompts, refusalOfSystem } from './prompts/question-prompts.ts';
import { readExamples } from './prompts/read-examples.ts';
import { preamble } from './prompts/turns.ts';

/** How prompts are made. */
export interface Prompting {
  /** Examples before each question; `published` for as many as published results are made with; the task's own number, mostly none, when absent. */
  readonly numFewshot?: number | 'published' | undefined;
  /** Of the draws of examples; lm-evaluation-harness's 1234 when absent. */
  readonly fewshotSeed?: number | undefined;
  /** What the system says before everything else. */
  readonly system?: string | undefined;
  /** Texts are plain when absent. */
  readonly chat?: NamedChatFormat | undefined;
}

export interface NamedChatFormat extends ChatFormat {
  /** As rows name it, so that two texts of it are told apart. */
  readonly inWords: string;
}

/** Which rows are asked, and how. */
export interface Asking extends Prompting {
  /** So many rows from the beginning; below 1, that share of them, rounded up. */
  readonly limit?: number | undefined;
  /** So many rows drawn without replacement, and asked in their order; all where there are no more. */
  readonly sample?: { readonly count: number; readonly seed: number } | undefined;
}

/** What rows of results say of prompts and of what was drawn; a field is absent where there is nothing of it. */
export type AskedFacts = Pick<
  ResultRow,
  'numFewshot' | 'fewshotSampler' | 'fewshotSeed' | 'fewshotSha256' | 'chatTemplate' | 'system' | 'sampleSeed'
>;

export interface TaskQuestions {
  readonly found: FoundDataset;
  readonly facts: AskedFacts;
  /** What should be known of the numbers. */
  readonly notes: readonly string[];
  /** From the first one on. */
  readonly questions: () => AsyncIterable<LoadedQuestion>;
}

/** Finds the data of a task, draws its sample, and reads its examples. */
export async function openQuestions(task: Task, source: DataSource, asking: Asking = {}): Promise<TaskQuestions> {
  const count = fewshotCount(task, asking);
  requireDraws(asking);
  const found = await source.find(task.dataset);
  const rows = await chosenRows(task, found, asking);
  const { fewshotSeed: seed = defaultFewshotSeed } = asking;
  // A whole text stands behind nothing.
  const isPrompted = task.kind !== 'whole-text';
  const { system, chat } = isPrompted ? asking : {};
  const read = count === 0 ? undefined : await readExamples(task, source);
  const examples = read === undefined ? undefined : { pool: read.pool, count, seed };
  const refusal =
    chat === undefined ? undefined : refusalOfSystem(chat, preamble(system ?? '', task.description ?? ''));
  const prompts = new QuestionPrompts(task, { system, chat, examples, isSilent: refusal !== undefined });
  // Whether there are enough examples is known before anything is computed.
  prompts.begin();
  return {
    found,
    facts: {
      ...(read === undefined ? {} : fewshotFacts(task.fewshot!, { count, seed, sha256: read.sha256 })),
      ...(chat === undefined ? {} : { chatTemplate: chat.inWords }),
      ...(system === undefined || system === '' || refusal !== undefined ? {} : { system }),
      ...(asking.sample === undefined ? {} : { sampleSeed: asking.sample.seed }),
    },
    notes: [
      ...notesOf(task, asking, count),
      ...(refusal === undefined ? [] : [silentNote(task, refusal)]),
      ...(isPrompted || (asking.system ?? asking.chat) === undefined ? [] : [wholeNote(task)]),
    ],
    questions: () => loadQuestions(task, found, { ...rows, prompts }),
  };
}

function isFrom(least: number, value: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

function requireDraws({ sample, fewshotSeed }: Asking): void {
  if (fewshotSeed !== undefined && !isFrom(0, fewshotSeed)) throw badNumber('fewshot-seed', fewshotSeed);
  if (sample !== undefined && !isFrom(1, sample.count)) throw badNumber('sample', sample.count);
  if (sample !== undefined && !isFrom(0, sample.seed)) throw badNumber('sample-seed', sample.seed);
}

function fewshotFacts(
  { sampler }: FewshotSource,
  { count, seed, sha256 }: { readonly count: number; readonly seed: number; readonly sha256: string },
): AskedFacts {
  const drawn = sampler === 'default' ? { fewshotSeed: seed } : {};
  return { numFewshot: count, fewshotSampler: sampler, ...drawn, fewshotSha256: sha256 };
}

function fewshotCount({ name, fewshot }: Task, { numFewshot = fewshot?.usual ?? 0 }: Asking): number {
  const isNumber = numFewshot !== 'published';
  if (isNumber && !isFrom(0, numFewshot)) throw badNumber('num-fewshot', numFewshot);
  if (fewshot === undefined) return 0;
  if (isNumber) return numFewshot;
  if (fewshot.published === undefined) throw noPublishedFewshot(name);
  return fewshot.published;
}

function notesOf({ name, fewshot }: Task, { numFewshot = 0, fewshotSeed }: Asking, count: number): string[] {
  if (
    fewshotSeed !== undefined &&
    (count === 0 || fewshot?.sampler !== 'default') &&
    (fewshot !== undefined || numFewshot === 0)
  )
    return [`${name}: no examples are drawn at random, so that the seed of their draws has no effect.`];
  return fewshot === undefined && numFewshot !== 0
    ? [`${name}: no examples are drawn for this task, so that a number of them has no effect.`]
    : [];
}

function wholeNote({ name }: Task): string {
  return `${name}: a whole text is scored as it stands, so that a system's text and a chat template have no effect.`;
}

function silentNote({ name }: Task, refusal: string): string {
  return `${name}: the chat template takes no text of a system, so that it and the task's description are left out (${refusal}).`;
}

/** The first rows, or drawn ones. */
async function chosenRows(
  task: Task,
  { file }: FoundDataset,
  { limit, sample }: Asking,
): Promise<{ readonly limit?: number; readonly only?: ReadonlySet<number> }> {
  if (limit !== undefined && !(limit > 0 && (limit < 1 || Number.isSafeInteger(limit))))
    throw badNumber('limit', limit);
  if (sample === undefined && (limit === undefined || limit >= 1)) return limit === undefined ? {} : { limit };
  let rows = 0;
  for await (const _ of rowsOf(task, file)) rows++;
  const first = limit === undefined ? rows : Math.min(rows, limit < 1 ? Math.ceil(rows * limit) : limit);
  if (sample === undefined) return { limit: first };
  const drawn = new PythonRandom(sample.seed).sample(first, Math.min(sample.count, first));
  return { only: new Set(drawn) };
}
