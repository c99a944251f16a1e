/** Runs a zero-shot task on a variant and turns its metrics into rows. */
import { evaluateTask, type JudgedItem, type TaskResult } from '@linchpin/evaluator';
import type { BosRule, ResultRow } from '@linchpin/plugin-api';
import type { OpenedModel } from './open-model.ts';
import type { Progress } from './progress.ts';
import { bosInWords, CostMeter, type RunFacts } from './run-facts.ts';
import type { TaskData } from './task-data.ts';
import type { Variant } from './variant.ts';

export interface TaskSettings {
  readonly bos: BosRule;
  readonly facts: RunFacts;
  readonly progress: Progress;
  readonly onItem?: (item: JudgedItem) => void;
}

export interface TaskOutcome {
  /** One a metric. */
  readonly rows: readonly ResultRow[];
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
  const { bos } = settings;
  const meter = new CostMeter(variant);
  let cut = 0;
  const result = await settings.progress.part(`${variant.label} · ${task.name}`, data.items, (step) =>
    evaluateTask({
      task,
      questions: data.questions(),
      model: variant.model,
      tokenizer: opened.tokenizer,
      bos,
      onItem(item) {
        step();
        cut += item.requests.filter(({ tokensCut }) => tokensCut > 0).length;
        settings.onItem?.(item);
      },
    }),
  );
  const cost = meter.read();
  const rows = result.metrics.map(({ metric, value, standardError, correct }): ResultRow => ({
    ...settings.facts,
    label: variant.label,
    interventions: variant.interventions,
    task: task.name,
    taskVersion: task.version,
    dataset: data.dataset,
    datasetSha256: data.sha256,
    metric,
    value,
    standardError,
    items: result.items,
    skipped: result.skipped.length,
    correct,
    published: null,
    bos: bosInWords(bos, opened),
    window: null,
    windows: null,
    seed: null,
    ...cost,
  }));
  return { rows, notes: [...data.notes, ...notesOf(result, { cut, contextLength: opened.config.contextLength })] };
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
