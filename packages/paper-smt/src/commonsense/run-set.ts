/** One set under one model: its prompts are continued, and the answers compared. */
import type { Chain } from '@linchpin/execution';
import { appliedTo, type Progress } from '@linchpin/execution';
import type { Writer } from '@linchpin/generation';
import type { OpenedModel, RunFacts } from '@linchpin/harness';
import { accuracy } from '@linchpin/metrics';
import type { ResultRow } from '@linchpin/plugin-api';
import type { PartRecord, RunRecord } from '@linchpin/recording';
import type { Protocol } from './protocol.ts';
import type { CommonsenseItem, SetData } from './read-set.ts';
import { firstLabel } from './sets.ts';

export interface SetRun {
  readonly opened: OpenedModel;
  readonly chain: Chain;
  readonly writer: Writer;
  readonly protocol: Protocol;
  readonly endIds: readonly number[];
  /** Texts that are written at once. */
  readonly together: number | undefined;
  readonly facts: RunFacts;
  readonly progress: Progress;
  readonly record: RunRecord;
}

export interface SetOutcome {
  readonly row: ResultRow;
  /** What should be known of it. */
  readonly notes: readonly string[];
}

interface Asked {
  readonly item: CommonsenseItem;
  readonly prompt: string;
  readonly ids: readonly number[];
}

export async function runSet(data: SetData, run: SetRun): Promise<SetOutcome> {
  const { opened, chain, writer, protocol } = run;
  const { tokenizer } = opened;
  const started = performance.now();
  const asked = data.items.map((item): Asked => {
    const prompt = protocol.prompt(item.instruction);
    return { item, prompt, ids: tokenizer.encodeWithSpecialTokens(prompt) };
  });
  const fitting = asked.filter(({ ids }) => ids.length <= writer.contextLength);
  const written = new Map<Asked, readonly number[]>();
  let [remembered, cut] = [0, 0];
  const work = async (step: () => void): Promise<void> => {
    const texts = writer.write(
      fitting.map(({ ids }) => ids),
      { ...searchOf(run), ...(run.together === undefined ? {} : { together: run.together }) },
    );
    for await (const { index, ids, stopped, isRemembered } of texts) {
      written.set(fitting[index]!, ids);
      if (isRemembered) remembered++;
      if (stopped === 'context') cut++;
      step();
    }
  };
  const aside = (): string => (remembered > 0 ? `, ${remembered} of ${asked.length} texts from the store` : '');
  await run.progress.part(`${chain.label} · ${data.set.name}`, fitting.length, work, aside);
  const part = run.record.beginPart(tokenizer);
  const judged = asked.map((one) => judge(one, written.get(one), { data, run, part }));
  const { value, standardError } = accuracy(judged.filter(Boolean).length, asked.length);
  const row: ResultRow = {
    ...run.facts,
    execution: writer.execution,
    label: chain.label,
    interventions: appliedTo(writer, chain.interventions),
    task: `commonsense_${data.set.name}`,
    taskVersion: protocol.version,
    dataset: data.file,
    datasetSha256: data.sha256,
    metric: `acc_${protocol.name}`,
    value,
    standardError,
    items: asked.length,
    skipped: 0,
    correct: judged.filter(Boolean).length,
    published: null,
    bos: `tokenizer (${tokenizer.addsBos ? 'always' : 'never'})`,
    window: null,
    windows: null,
    seed: null,
    tokensAsked: sum(asked.map((one) => one.ids.length + (written.get(one)?.length ?? 0))),
    tokensComputed: sum(fitting.map((one) => one.ids.length + protocol.beams * (written.get(one)?.length ?? 0))),
    seconds: (performance.now() - started) / 1000,
    engine: writer.settings.engine,
    device: writer.settings.device,
    threads: writer.settings.threads,
    castWeights: writer.settings.castWeights,
  };
  part.finish([row]);
  return { row, notes: notesOf(data, { tooLong: asked.length - fitting.length, cut, run }) };
}

function searchOf({ protocol, endIds }: SetRun): Parameters<Writer['write']>[1] {
  const { beams, repetitionPenalty, maxTokens } = protocol;
  return { beams, repetitionPenalty, maxTokens, endIds };
}

/** A prompt that does not fit has no answer, which is wrong. */
function judge(
  { item, prompt, ids }: Asked,
  written: readonly number[] | undefined,
  { data, run, part }: { readonly data: SetData; readonly run: SetRun; readonly part: PartRecord },
): boolean {
  const { protocol, opened } = run;
  const text = written === undefined ? '' : protocol.answer({ prompt: ids, written }, opened.tokenizer);
  const expected = protocol.target(item.answer);
  const isRight = firstLabel(text, data.set) === expected;
  part.text({ docId: item.docId, prompt, promptIds: ids, expected, written: text, isRight }, item);
  return isRight;
}

function notesOf(
  { set }: SetData,
  { tooLong, cut, run }: { readonly tooLong: number; readonly cut: number; readonly run: SetRun },
): string[] {
  const context = `the context of ${run.writer.contextLength} tokens`;
  return [
    ...(tooLong > 0 ? [`${set.name}: ${tooLong} prompts are longer than ${context}, and count as wrong.`] : []),
    ...(cut > 0 ? [`${set.name}: ${cut} answers ended where ${context} did.`] : []),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
