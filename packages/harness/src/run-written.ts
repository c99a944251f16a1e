/** Runs a task whose answers are written, under a chain of interventions, and turns its metrics into rows. */
import { type AppliedChain, appliedTo, type Chain, type Progress, type RunContext } from '@linchpin/execution';
import { cutBefore, openWriter, promptIds, type Writer } from '@linchpin/generation';
import { internalError } from '@linchpin/errors';
import { accuracy } from '@linchpin/metrics';
import { readEndIds } from '@linchpin/models';
import type { BosRule, ResultRow, WrittenAnswer, WritingRule } from '@linchpin/plugin-api';
import type { RunRecord, WrittenItem } from '@linchpin/recording';
import { plainSession } from '@linchpin/runtime';
import { contextTooShort } from './errors.ts';
import type { OpenedModel } from './open-model.ts';
import { bosInWords, type RunFacts, settingsFacts } from './run-facts.ts';
import type { TaskData } from './task-data.ts';

export interface WrittenSettings {
  readonly bos: BosRule;
  readonly facts: RunFacts;
  readonly progress: Progress;
  readonly record: RunRecord;
  /** Called for every answer, in the order of the items. */
  readonly onText?: (item: WrittenItem, task: string) => void;
}

export interface WrittenRun {
  readonly context: RunContext;
  readonly chain: Chain;
  readonly data: readonly TaskData[];
  readonly settings: WrittenSettings;
  /** Called with the model once it is laid. */
  readonly onModel: (model: AppliedChain & { readonly changedWeights: number }) => void;
  /** Called with the numbers of every task once they are there. */
  readonly onRows: (rows: readonly ResultRow[], notes: readonly string[]) => void;
}

/** All tasks; of a divided command those that fall to this process, each as a whole: a token decides what is written behind it. */
export async function runWritten(opened: OpenedModel, run: WrittenRun): Promise<void> {
  for (const each of run.data) requireRoom(each, opened);
  const { division, settings } = run.context;
  if (division === undefined) return await writeAll(opened, run);
  const session = plainSession(settings);
  for (const each of run.data) {
    const work = { label: run.chain.label, task: each.task.name, tokens: aboutTokens(each) };
    if (!division.whole(session, work)) continue;
    await writeAll(opened, { ...run, data: [each] });
    division.endWhole();
  }
}

/** About four characters of a prompt are a token, and an answer is at most as long as it may be. */
function aboutTokens({ task, items, characters }: TaskData): number {
  return Math.ceil(characters / 4) + items * ruleOf(task).maxTokens;
}

function ruleOf({ name, writing }: TaskData['task']): WritingRule {
  if (writing === undefined) throw internalError(`${name} has no rule for writing`);
  return writing;
}

/** Opens one writer for all of the tasks. */
async function writeAll(opened: OpenedModel, { context, chain, data, ...run }: WrittenRun): Promise<void> {
  const writer = await openWriter(opened, chain, context);
  try {
    const { changedWeights, execution } = writer;
    run.onModel({
      label: chain.label,
      interventions: appliedTo(writer, chain.interventions),
      changedWeights,
      execution,
    });
    const endIds = await readEndIds(opened.checkpoint);
    for (const each of data) {
      const { rows, notes } = await runOne(each, { opened, chain, writer, endIds, settings: run.settings });
      run.onRows(rows, notes);
    }
  } finally {
    await writer.release();
  }
}

interface OneRun {
  readonly opened: OpenedModel;
  readonly chain: Chain;
  readonly writer: Writer;
  readonly endIds: readonly number[];
  readonly settings: WrittenSettings;
}

interface Asked {
  readonly docId: number;
  readonly question: WrittenAnswer;
  readonly ids: readonly number[];
  readonly cut: number;
}

async function runOne(
  data: TaskData,
  run: OneRun,
): Promise<{ readonly rows: ResultRow[]; readonly notes: readonly string[] }> {
  const { opened, writer, settings } = run;
  const { task } = data;
  const writing = ruleOf(task);
  const started = performance.now();
  const asked = await askedOf(data, run, writing);
  const until = endings(writing, opened);
  const written = new Map<Asked, readonly number[]>();
  let remembered = 0;
  const work = async (step: () => void): Promise<void> => {
    const prompts = asked.map(({ ids }) => ids);
    const { maxTokens } = writing;
    for await (const text of writer.write(prompts, { beams: 1, maxTokens, endIds: run.endIds, until })) {
      written.set(asked[text.index]!, text.ids);
      if (text.isRemembered) remembered++;
      step();
    }
  };
  const aside = (): string => (remembered > 0 ? `, ${remembered} of ${asked.length} texts from the store` : '');
  await settings.progress.part(`${run.chain.label} · ${task.name}`, asked.length, work, aside);
  const part = settings.record.beginPart(opened.tokenizer);
  const right = writing.judges.map(() => 0);
  for (const one of asked) {
    const ids = written.get(one)!;
    const text = cutBefore(opened.tokenizer.decode(ids, { skipSpecialTokens: true }), until);
    const judged = writing.judges.map((judge) => judge(text, one.question.answers));
    judged.forEach(({ isRight }, metric) => (right[metric]! += isRight ? 1 : 0));
    const item = {
      docId: one.docId,
      prompt: one.question.context,
      promptIds: one.ids,
      expected: one.question.answers[0]!,
      written: text,
      isRight: judged[0]!.isRight,
    };
    part.text(item, one);
    settings.onText?.(item, task.name);
  }
  const tokens = sum(asked.map((one) => one.ids.length + written.get(one)!.length));
  const cost = { tokensAsked: tokens, tokensComputed: tokens, seconds: (performance.now() - started) / 1000 };
  const rows = task.metrics.map((metric, index) => ({
    ...rowOf(data, run, { items: asked.length, correct: right[index]! }),
    metric,
    ...cost,
  }));
  part.finish(rows);
  return { rows, notes: [...data.notes, ...cutNote(asked, data, run)] };
}

/** The text of the tokenizer's end ends an answer too, where it is no special token, or written out (`handle_stop_sequences`). */
function endings({ until }: WritingRule, { tokenizer }: OpenedModel): readonly string[] {
  return tokenizer.eosId === undefined ? until : [...until, tokenizer.decode([tokenizer.eosId])];
}

/** Prompts leave room for an answer. */
function requireRoom({ task }: TaskData, { config: { contextLength: context } }: OpenedModel): void {
  const answer = ruleOf(task).maxTokens;
  if (context - answer < 1) throw contextTooShort(task.name, { context, answer });
}

/** A prompt that leaves no room for an answer loses its beginning, as in lm-evaluation-harness. */
async function askedOf(data: TaskData, { opened, settings, writer }: OneRun, writing: WritingRule): Promise<Asked[]> {
  const most = writer.contextLength - writing.maxTokens;
  const asked: Asked[] = [];
  for await (const { docId, question } of data.questions()) {
    if (question.kind !== 'written') throw internalError(`${data.task.name} asks for ${question.kind}`);
    const ids = promptIds(question.context, opened.tokenizer, settings.bos);
    asked.push({ docId, question, ids: ids.slice(-most), cut: Math.max(0, ids.length - most) });
  }
  return asked;
}

function rowOf(
  data: TaskData,
  { opened, chain, writer, settings }: OneRun,
  { items, correct }: { readonly items: number; readonly correct: number },
): Omit<ResultRow, 'metric' | 'tokensAsked' | 'tokensComputed' | 'seconds'> {
  const { execution } = writer;
  const interventions = appliedTo(writer, chain.interventions);
  return {
    ...settings.facts,
    ...data.facts,
    execution,
    label: chain.label,
    interventions,
    task: data.task.name,
    taskVersion: data.task.version,
    dataset: data.dataset,
    datasetSha256: data.sha256,
    ...(data.revision === undefined ? {} : { datasetRevision: data.revision }),
    ...accuracy(correct, items),
    items,
    skipped: 0,
    correct,
    published: null,
    bos: bosInWords(settings.bos, opened),
    window: null,
    windows: null,
    seed: null,
    ...settingsFacts({ label: chain.label, interventions, execution, settings: writer.settings }),
  };
}

function cutNote(asked: readonly Asked[], { task }: TaskData, { writer }: OneRun): string[] {
  const cut = asked.filter((one) => one.cut > 0).length;
  const room = `the ${writer.contextLength - task.writing!.maxTokens} tokens that an answer leaves of the context`;
  return cut === 0 ? [] : [`${task.name}: ${cut} prompts lost their beginning, being longer than ${room}.`];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
