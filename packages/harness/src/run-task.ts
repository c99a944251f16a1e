/** Runs a zero-shot task on a variant and turns its metrics into rows. */
import { evaluateTask, type JudgedItem, type TaskResult } from '@linchpin/evaluator';
import { type Progress, storeMeter } from '@linchpin/execution';
import type { BosRule, ResultRow } from '@linchpin/plugin-api';
import { firstOf, type RunRecord } from '@linchpin/recording';
import type { OpenedModel } from './open-model.ts';
import { pairedRows } from './paired-figures.ts';
import { bosInWords, type Cost, CostMeter, type RunFacts, type ScoredModel, settingsFacts } from './run-facts.ts';
import type { TaskData } from './task-data.ts';
import type { Variant } from './variant.ts';

export interface TaskSettings {
  readonly bos: BosRule;
  readonly facts: RunFacts;
  readonly progress: Progress;
  readonly record: RunRecord;
  readonly onItem?: (item: JudgedItem) => void;
}

export interface TaskOutcome {
  /** One a metric. */
  readonly rows: readonly ResultRow[];
  /** How the variant differs from the model that it is compared with, on the tokens of all choices; empty where with none. */
  readonly paired: readonly ResultRow[];
  /** What should be known of them. */
  readonly notes: readonly string[];
}

/** One task under one variant. */
export async function runTask(
  opened: OpenedModel,
  variant: Variant,
  { data, settings }: { readonly data: TaskData; readonly settings: TaskSettings },
): Promise<TaskOutcome> {
  const { task } = data;
  const meter = new CostMeter(variant);
  variant.paired?.restart();
  const record = settings.record.beginPart(opened.tokenizer);
  let cut = 0;
  const { tokenizer, config } = opened;
  const encoding = { tokenizer, bos: settings.bos, contextLength: config.contextLength };
  const work = (step: () => void): Promise<TaskResult> =>
    evaluateTask({
      task,
      questions: firstOf(data.encoded(encoding), record.most),
      model: variant.model,
      bootstrap: variant.bootstrap,
      onItem(item) {
        step();
        cut += item.requests.filter(({ tokensCut }) => tokensCut > 0).length;
        record.item(item);
        settings.onItem?.(item);
      },
    });
  const label = `${variant.label} · ${task.name}`;
  const result = await settings.progress.part(label, data.items, work, storeMeter(variant.batches));
  const origin = { opened, variant, data, settings };
  const rows = taskRows(origin, result, meter.read());
  const paired = variant.paired === undefined ? [] : pairedRows(rows[0]!, variant.paired.figures());
  record.finish([...rows, ...paired]);
  return { rows, paired, notes: taskNotes(origin, result, cut) };
}

/** Where the numbers of a task come from. */
export interface TaskOrigin {
  readonly opened: OpenedModel;
  readonly variant: ScoredModel;
  readonly data: TaskData;
  readonly settings: Pick<TaskSettings, 'bos' | 'facts'>;
}

/** One a metric. */
export function taskRows({ opened, variant, data, settings }: TaskOrigin, result: TaskResult, cost: Cost): ResultRow[] {
  return result.metrics.map(({ metric, value, standardError, correct }) => ({
    ...settings.facts,
    execution: variant.execution,
    label: variant.label,
    interventions: variant.interventions,
    task: data.task.name,
    taskVersion: data.task.version,
    dataset: data.dataset,
    datasetSha256: data.sha256,
    ...(data.revision === undefined ? {} : { datasetRevision: data.revision }),
    metric,
    value,
    standardError,
    items: result.items,
    skipped: result.skipped.length,
    correct,
    published: null,
    // Texts that are tokenized apart have none, whatever is asked for.
    bos: data.task.tokenization === 'apart' ? 'never' : bosInWords(settings.bos, opened),
    window: null,
    windows: null,
    seed: null,
    ...cost,
    ...settingsFacts(variant),
    ...data.facts,
  }));
}

/** What should be known of the numbers; `cut` requests lost their beginning. */
export function taskNotes({ opened, data }: TaskOrigin, result: TaskResult, cut: number): string[] {
  return [...data.notes, ...notesOf(result, { cut, contextLength: opened.config.contextLength })];
}

function notesOf(
  { task, skipped }: TaskResult,
  { cut, contextLength }: { cut: number; contextLength: number },
): string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))].join(', ');
  return [
    ...(skipped.length > 0 ? [`${task}: ${skipped.length} items could not be scored (${reasons}).`] : []),
    ...(cut > 0
      ? [`${task}: ${cut} requests lost their beginning, being longer than the context of ${contextLength} tokens.`]
      : []),
  ];
}
