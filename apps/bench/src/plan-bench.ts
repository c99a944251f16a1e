/**
 * Everything of a run that can be known before its first measurement, the cheapest first: what cannot work is refused while
 * nothing is lost.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EncodedQuestions, type LoadedQuestion } from '@linchpin/evaluator';
import type { TokenRequest } from '@linchpin/plugin-api';
import { threadsFor } from '@linchpin/runtime';
import { findTask, loadQuestions } from '@linchpin/tasks';
import { type Baseline, readBaseline, requireWritableBaselines } from './baseline/baseline-file.ts';
import { needsExecution, ratioNames } from './baseline/ratios.ts';
import type { BenchFlags } from './bench-flags.ts';
import { noPeerScript, nothingToMeasure, peerScriptWithoutPython, ratiosNotMeasured } from './errors.ts';
import { distinctTokens } from './distinct-tokens.ts';
import { type ExecutionName, executionNames } from './executions.ts';
import {
  answeredRows,
  drawnPerShared,
  drawnRows,
  type FewShotForm,
  fewShotForms,
  letteredRows,
  writeRows,
} from './few-shot-rows.ts';
import { runLmEval } from './lm-eval.ts';
import { encodeWeights, threadsOfSession } from './measure.ts';
import { peerBatch, type Rounds, type Work } from './measure-work.ts';
import { requirePython } from './probe-python.ts';
import { chooseCheckpoint, densePieces, findDatasets, shared } from './set-up.ts';
import { runCommand } from './start-up.ts';
import { openWithTokenizer, type OpenedCheckpoint, type TaskWork, workloadTasks } from './workload.ts';

export interface BenchPlan {
  /** What baselines call it: checkpoint and items. */
  readonly setUp: string;
  readonly works: readonly Work[];
  readonly turns: Rounds;
  /** Whether ratios are compared or committed, for which a short run has to do. */
  readonly guards: boolean;
  /** What is compared with. */
  readonly committed: Baseline | undefined;
  /** Names of the ratios that the run gives if nothing fails. */
  readonly ratios: readonly string[];
}

/** Throws for the first thing that the run would fail at. Writes checkpoints and data of the run into the folder. */
export async function planBench(flags: BenchFlags, temporary: string): Promise<BenchPlan> {
  const guards = flags.check === true || flags.writeBaseline === true;
  const items = flags.items ?? (guards ? 20 : 100);
  if (items === 0 && (flags.windows === 0 || flags.fewshot !== undefined)) throw nothingToMeasure();
  threadsOfSession(threadsFor(flags.threads), flags.sessions);
  const checkpoint = chooseCheckpoint(flags, temporary);
  const setUp = `${checkpoint.name}, ${items} items, ${flags.windows} windows`;
  const ratios = ratioNames(
    flags.fewshot !== undefined
      ? []
      : [...(items > 0 ? ['tasks' as const] : []), ...(flags.windows > 0 ? ['dense' as const] : [])],
    flags.execution,
  );
  if (flags.writeBaseline === true) await requireWritableBaselines();
  const committed = flags.check === true ? await readBaseline(setUp) : undefined;
  if (committed !== undefined && flags.writeBaseline !== true) requireRatios(committed, ratios, flags.execution);
  const peer = await peerOf(flags);
  await checkpoint.prepare();
  const opened = await openWithTokenizer(checkpoint.folder);
  const works = await worksOf({ flags, items, temporary }, opened);
  for (const { options } of works) await requireData(options.work);
  for (const execution of flags.execution) await encodeWeights(opened, { ...works[0]!.options, execution });
  if (!guards) await runCommand();
  const rounds = flags.rounds ?? (guards ? 3 : 1);
  const turns: Rounds = { rounds, executions: flags.execution, ...(peer === undefined ? {} : { peer }) };
  await tryPeer(works[0]!, turns);
  return { setUp, works, turns, guards, committed, ratios };
}

/** Executions that the baseline has and the run has not. */
export function executionsLeftOut(executions: readonly ExecutionName[]): ExecutionName[] {
  return executionNames.filter((name) => !executions.includes(name));
}

function requireRatios(committed: Baseline, ratios: readonly string[], executions: readonly ExecutionName[]): void {
  const leftOut = executionsLeftOut(executions);
  const missing = Object.keys(committed.ratios).filter(
    (name) => !ratios.includes(name) && !leftOut.some((execution) => needsExecution(name, execution)),
  );
  if (missing.length > 0) throw ratiosNotMeasured(missing);
}

async function peerOf({ python, peerScript }: BenchFlags): Promise<Rounds['peer']> {
  if (python === undefined) {
    if (peerScript !== undefined) throw peerScriptWithoutPython();
    return undefined;
  }
  const script = peerScript ?? resolve(shared, 'peers/lm_eval_local.py');
  if (!existsSync(script)) throw noPeerScript(script);
  await requirePython(python);
  return { python, script };
}

interface WorkSettings {
  readonly flags: BenchFlags;
  readonly items: number;
  readonly temporary: string;
}

async function worksOf({ flags, items, temporary }: WorkSettings, opened: OpenedCheckpoint): Promise<Work[]> {
  const { batchTokens, threads, castWeights, windows, fewshot, forms = fewShotForms } = flags;
  const datasets = findDatasets(flags.datasets);
  const options = (work: TaskWork): Work['options'] => ({
    model: opened.checkpoint.directory,
    work,
    bos: 'always',
    batchTokens,
    execution: 'float32',
    encodedFolder: join(temporary, 'encoded'),
    ...(threads === undefined ? {} : { threads }),
    ...(castWeights === undefined ? {} : { castWeights }),
  });
  if (fewshot !== undefined) return await fewShotWorks({ opened, options, items, forms, folder: temporary }, fewshot);
  const works: Work[] = [];
  if (items > 0)
    works.push({ name: 'tasks', title: 'tasks', options: options({ datasets, tasks: workloadTasks, items }) });
  if (windows > 0) {
    const folder = join(temporary, 'dense');
    const text = await densePieces(opened, { datasets, pieces: Math.ceil(windows / 2), folder });
    works.push({ name: 'dense', title: 'running text', options: { ...options(text), bos: 'never' } });
  }
  return works;
}

interface FewShotSettings {
  readonly opened: OpenedCheckpoint;
  readonly options: (work: TaskWork) => Work['options'];
  readonly items: number;
  readonly folder: string;
  readonly forms: readonly FewShotForm[];
}

/** The prompts are several times as long as questions without examples, so there are fewer of those that share nothing. */
async function fewShotWorks(
  { opened, options, items, folder, forms }: FewShotSettings,
  examples: number,
): Promise<Work[]> {
  const few = Math.ceil(items / drawnPerShared);
  const drawn = drawnPerShared * examples;
  const rows = {
    letters: [`${examples} examples of a subject, letters`, letteredRows({ questions: items, examples })],
    texts: [`${examples} examples of a subject, texts`, answeredRows({ questions: items, examples })],
    drawn: [`${drawn} examples drawn anew`, drawnRows({ questions: few, examples: drawn })],
    bare: ['no examples', drawnRows({ questions: items, examples: 0 })],
  } as const;
  const works: Work[] = [];
  for (const name of forms) {
    const [title, made] = rows[name];
    const work = await writeRows(join(folder, name), made);
    const workOptions = options(work);
    works.push({ name, title, options: workOptions, distinct: await distinctOf(opened, workOptions) });
  }
  return works;
}

async function distinctOf({ tokenizer }: OpenedCheckpoint, { work, bos }: Work['options']): Promise<number> {
  const requests: TokenRequest[] = [];
  for (const name of work.tasks) {
    const read = (): AsyncIterable<LoadedQuestion> =>
      loadQuestions(findTask(name), work.datasets, { limit: work.items });
    for await (const { tokens } of new EncodedQuestions(read, { tokenizer, bos }, 0)) requests.push(...tokens);
  }
  return distinctTokens(requests);
}

/** Throws an error with file and line for the first row that cannot be used. */
async function requireData({ datasets, tasks, items }: TaskWork): Promise<void> {
  for (const name of tasks) for await (const _ of loadQuestions(findTask(name), datasets, { limit: items }));
}

/** The other program on an item of each task: whether it takes the checkpoint, the data and the flags, only it can tell. */
async function tryPeer({ name, options }: Work, { peer }: Rounds): Promise<void> {
  if (peer === undefined) return;
  await runLmEval({ ...options, ...peer, work: { ...options.work, items: 1 }, batch: peerBatch(name) });
}
