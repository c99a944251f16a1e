/**
 * The numbers of groups, from those of their tasks, as lm-evaluation-harness 0.4.13 makes them (`lm_eval/api/group.py`,
 * `aggregate_subtask_metrics`): a mean over items or over tasks. Standard errors are of the same weighting: over items by the pooled variance
 * of the tasks, over tasks as that of a mean of independent numbers.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ResultRow } from '@linchpin/plugin-api';
import { type TaskGroup, tasksOf } from './task-group.ts';

type Weighting = TaskGroup['metrics'][number]['weighting'];

/** A row for each metric of each group; `rows` are those of one variant. A group of which a task has no number has none, either. */
export function groupRows(groups: readonly TaskGroup[], rows: readonly ResultRow[]): ResultRow[] {
  return groups.flatMap((group) =>
    group.metrics.flatMap(({ metric, weighting }) => {
      const names = tasksOf(group).map(({ name }) => name);
      const members = names.flatMap((name) => rows.find((row) => row.task === name && row.metric === metric) ?? []);
      return members.length < names.length ? [] : [groupRow(group, members, weighting)];
    }),
  );
}

function groupRow(group: TaskGroup, members: readonly ResultRow[], weighting: Weighting): ResultRow {
  const sum = (of: (row: ResultRow) => number): number => members.reduce((total, row) => total + of(row), 0);
  const weight = (row: ResultRow): number => (weighting === 'items' ? row.items : 1);
  const counts = members.every(({ correct }) => correct !== null) && weighting === 'items';
  const { datasetRevision: _, ...shared } = inCommon(members);
  const hasExamples = members.some(({ fewshotSha256 }) => fewshotSha256 !== undefined);
  return {
    ...shared,
    task: group.name,
    taskVersion: group.version,
    dataset: `${members.length} data sets`,
    datasetSha256: digest(members.map((row) => row.datasetSha256)),
    value: sum((row) => row.value * weight(row)) / sum(weight),
    standardError: standardError(members, weighting),
    items: sum((row) => row.items),
    skipped: sum((row) => row.skipped),
    correct: counts ? sum((row) => row.correct!) : null,
    tokensAsked: sum((row) => row.tokensAsked),
    tokensComputed: sum((row) => row.tokensComputed),
    seconds: sum((row) => row.seconds),
    ...(hasExamples ? { fewshotSha256: digest(members.map((row) => row.fewshotSha256 ?? '')) } : {}),
  };
}

/** What all rows say; of what they do not, that it is mixed. */
function inCommon(members: readonly ResultRow[]): ResultRow {
  const fields = new Set(members.flatMap((row) => Object.keys(row) as (keyof ResultRow)[]));
  const said = [...fields].map((field) => {
    const [first, ...others] = members.map((row) => row[field]);
    return [field, others.every((each) => isDeepStrictEqual(each, first)) ? first : 'mixed'] as const;
  });
  // Fields that are neither texts nor of examples are the same throughout a variant, or computed anew.
  return Object.fromEntries(said) as unknown as ResultRow;
}

/** Null where a task has none, or where single items leave nothing to pool. */
function standardError(members: readonly ResultRow[], weighting: Weighting): number | null {
  if (members.some((row) => row.standardError === null)) return null;
  const errors = members.map((row) => ({ error: row.standardError!, size: row.items }));
  if (weighting === 'tasks') return Math.sqrt(errors.reduce((sum, { error }) => sum + error ** 2, 0)) / errors.length;
  const items = errors.reduce((sum, { size }) => sum + size, 0);
  const pooled = errors.reduce((sum, { error, size }) => sum + (size - 1) * error ** 2 * size, 0);
  return items === errors.length ? null : Math.sqrt(pooled / (items - errors.length) / items);
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}
