/** Runs zero-shot tasks on a variant and turns their metrics into rows. */
import { basename } from 'node:path';
import { findDataset, identifyFile, readRows } from '@linchpin/datasets';
import { evaluateTask, type JudgedItem, type TaskResult } from '@linchpin/evaluator';
import type { BosRule, ResultRow, Task } from '@linchpin/plugin-api';
import { loadQuestions } from '@linchpin/tasks';
import type { OpenedModel } from './open-model.ts';
import type { Progress } from './progress.ts';
import { bosInWords, CostMeter, type RunFacts } from './run-facts.ts';
import type { Variant } from './variant.ts';

export interface TaskSettings {
  readonly datasets: string;
  readonly limit?: number;
  readonly bos: BosRule;
  readonly facts: RunFacts;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly onItem?: (task: Task, item: JudgedItem) => void;
}

export interface TaskOutcome {
  readonly result: TaskResult;
  readonly rows: readonly ResultRow[];
}

/** One task under one variant. */
export async function runTask(opened: OpenedModel, variant: Variant, run: { task: Task; settings: TaskSettings }): Promise<TaskOutcome> {
  const { task, settings } = run;
  const { progress, signal } = settings;
  const dataset = findDataset(settings.datasets, task.dataset);
  const { sha256 } = await identifyFile(dataset.file);
  const limit = settings.limit === undefined ? {} : { limit: settings.limit };
  progress.begin(`${variant.label} · ${task.name}`, await countRows(dataset.file, settings.limit));
  const meter = new CostMeter(variant);
  const result = await evaluateTask({
    task,
    questions: loadQuestions(task, settings.datasets, limit),
    model: variant.model,
    tokenizer: opened.tokenizer,
    bos: settings.bos,
    onItem(item) {
      signal.throwIfAborted();
      progress.step();
      settings.onItem?.(task, item);
    },
  });
  progress.end();
  const cost = meter.read();
  const rows = result.metrics.map(
    ({ metric, value, standardError, correct }): ResultRow => ({
      ...settings.facts,
      label: variant.label,
      interventions: variant.interventions,
      task: task.name,
      taskVersion: task.version,
      dataset: dataset.form === 'hub' ? basename(dataset.file) : `${basename(dataset.file)} (${dataset.form})`,
      datasetSha256: sha256,
      metric,
      value,
      standardError,
      items: result.items,
      skipped: result.skipped.length,
      correct,
      published: null,
      bos: bosInWords(settings.bos, opened),
      window: null,
      windows: null,
      seed: null,
      ...cost,
    }),
  );
  return { result, rows };
}

async function countRows(file: string, limit: number = Infinity): Promise<number> {
  let count = 0;
  for await (const { line } of readRows(file)) if (line > 0 && ++count === limit) break;
  return count;
}
