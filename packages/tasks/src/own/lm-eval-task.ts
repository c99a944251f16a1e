/**
 * Tasks in the YAML of lm-evaluation-harness 0.4.13, of multiple choice and without Python: what of a file cannot be carried out is refused
 * by its name. Rows come from `dataset_kwargs.data_files`, from files that are given, or from a data set that is known by its
 * `dataset_path`.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type DatasetEntry, manifest } from '@linchpin/datasets';
import { describeValue } from '@linchpin/errors';
import { isAlias, isScalar, isSeq, isMap, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { circularInclude, noFileOfSplit, unknownSplit, unreadableTaskFile, unsupportedTaskPart } from '../errors.ts';
import { mismatchOf } from '../row-parser.ts';
import { type OwnTask, taskOf } from './own-task.ts';
import type { TaskDefinition } from './task-definition.ts';

/** A task file, and where its splits lie; relative paths are from the folder of whoever gives it. */
export interface LmEvalTaskFile {
  readonly yaml: string;
  /** Files of rows by the names of their splits, in the place of what the task file says. */
  readonly files?: Readonly<Record<string, string>>;
}

const split = z.string().nullish();
const scores = z.strictObject({
  metric: z.enum(['acc', 'acc_norm']),
  aggregation: z.literal('mean').optional(),
  higher_is_better: z.literal(true).optional(),
});

/** As it stands there: rows say versions as numbers. */
const version = z.union(
  [
    z.number().min(0),
    z
      .string()
      .regex(/^\d+(\.\d+)?$/u)
      .transform(Number),
  ],
  {
    error: 'a number, 0 or more',
  },
);

const schema = z.strictObject({
  task: z.string(),
  task_alias: z.string().optional(),
  tag: z.union([z.string(), z.array(z.string())]).nullish(),
  dataset_path: z.string().nullish(),
  dataset_name: z.string().nullish(),
  dataset_kwargs: z
    .strictObject({
      data_files: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
      trust_remote_code: z.boolean().optional(),
    })
    .nullish(),
  training_split: split,
  validation_split: split,
  test_split: split,
  fewshot_split: split,
  output_type: z.literal('multiple_choice'),
  doc_to_text: z.string(),
  doc_to_target: z.union([z.string(), z.int()]),
  doc_to_choice: z.union([
    z.string(),
    z.array(z.string()),
    z.record(z.string(), z.string()).transform((each) => Object.values(each)),
  ]),
  description: z.string().nullish(),
  target_delimiter: z.string().optional(),
  fewshot_delimiter: z.string().optional(),
  num_fewshot: z.int().min(0).nullish(),
  fewshot_config: z.strictObject({ sampler: z.enum(['default', 'first_n']).optional(), split }).nullish(),
  metric_list: z.array(scores).min(1).optional(),
  // Without an effect on what is scored.
  should_decontaminate: z.boolean().optional(),
  doc_to_decontamination_query: z.string().optional(),
  metadata: z.looseObject({ version: version.optional() }).nullish(),
});

type TaskFile = z.infer<typeof schema>;

/** Reads a task file and those that it includes. */
export async function lmEvalTask({ yaml, files = {} }: LmEvalTaskFile, folder: string): Promise<OwnTask> {
  const file = resolve(folder, yaml);
  const { include: _, ...fields } = await readFields(file);
  const checked = schema.safeParse(fields);
  if (!checked.success) {
    const { path, found, expected } = mismatchOf(checked.error, fields);
    const isKnown = Object.hasOwn(schema.shape, path[0]!);
    throw unsupportedTaskPart(file, path.join('.'), {
      found: describeValue(found),
      ...(isKnown ? { expected } : {}),
    });
  }
  const task = checked.data;
  if (task.description?.includes('{{') === true || task.description?.includes('{%') === true)
    throw unsupportedTaskPart(file, 'description', {
      found: 'a template of the row',
      expected: 'the same for all rows',
    });
  const splits = splitsOf(task);
  for (const name of Object.keys(files)) if (!splits.includes(name)) throw unknownSplit(file, name, splits);
  const places = Object.fromEntries(Object.entries(files).map(([name, path]) => [name, resolve(folder, path)]));
  return build(file, task, { ...filesOf(file, task), ...places });
}

/** Every split that a task names. */
function splitsOf(task: TaskFile): string[] {
  const { test_split, validation_split, training_split, fewshot_split, fewshot_config } = task;
  const named = [test_split, validation_split, training_split, fewshot_split, fewshot_config?.split];
  return [...new Set(named)].filter((each) => typeof each === 'string');
}

/** Fields of an included file count where the file itself does not have them; `within` are those that include it. */
async function readFields(file: string, within: readonly string[] = []): Promise<Record<string, unknown>> {
  if (within.includes(file)) throw circularInclude([...within.slice(within.indexOf(file)), file]);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw unreadableTaskFile(file, error);
  }
  const document = parseDocument(text, { logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) throw unreadableTaskFile(file, error);
  visit(document, (_, node) => {
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.tag === '!function')
      throw unsupportedTaskPart(file, nameBefore(text, node.range?.[0] ?? 0), {
        found: `!function ${String(isScalar(node) ? node.value : '')}, which is Python`,
      });
    if (isAlias(node)) return visit.SKIP;
    return undefined;
  });
  const fields = document.toJS({ maxAliasCount: 10 }) as unknown;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw unreadableTaskFile(file, 'no fields in it');
  const { include } = fields as { readonly include?: unknown };
  if (include === undefined) return fields as Record<string, unknown>;
  if (typeof include !== 'string')
    throw unsupportedTaskPart(file, 'include', { found: describeValue(include), expected: 'the path of one file' });
  return { ...(await readFields(resolve(dirname(file), include), [...within, file])), ...fields };
}

/** The key of the line. */
function nameBefore(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset) + 1, offset);
  return /^\s*-?\s*"?(?<key>\w+)"?\s*:/u.exec(line)?.groups?.['key'] ?? 'a field';
}

/** Where `dataset_kwargs` says that the splits lie; one file alone is the split `train`, as in `datasets`. */
function filesOf(file: string, { dataset_kwargs: settings }: TaskFile): Record<string, string> {
  const named = settings?.data_files ?? {};
  const bySplit = typeof named === 'string' ? { train: named } : named;
  return Object.fromEntries(Object.entries(bySplit).map(([name, path]) => [name, resolve(dirname(file), path)]));
}

function build(file: string, task: TaskFile, places: Readonly<Record<string, string>>): OwnTask {
  const asked = task.test_split ?? task.validation_split;
  if (typeof asked !== 'string')
    throw unsupportedTaskPart(file, 'test_split', {
      found: 'neither a test_split nor a validation_split',
      expected: 'one of both, for the questions',
    });
  const named = task.fewshot_config?.split ?? task.fewshot_split ?? null;
  const shown = named ?? task.training_split ?? task.validation_split ?? asked;
  const files = new Map<string, string>();
  const dataset = (splitName: string): string | undefined => {
    const place = places[splitName];
    if (place === undefined) return knownData(task, splitName);
    const key = `${task.task}_${splitName}`;
    files.set(key, place);
    return key;
  };
  const data = dataset(asked);
  if (data === undefined) throw noFileOfSplit(file, 'dataset_path', asked);
  // lm-evaluation-harness heeds no number for a task that says 0.
  const examples = task.num_fewshot === 0 ? undefined : dataset(shown);
  if (examples === undefined && (task.num_fewshot ?? 0) > 0) throw noFileOfSplit(file, 'num_fewshot', shown);
  return { task: taskOf(definitionOf(task, examples !== undefined, named), { data, examples: examples ?? '' }), files };
}

function definitionOf(task: TaskFile, hasExamples: boolean, namedSplit: string | null): TaskDefinition {
  const examples = {
    file: '',
    sampler: task.fewshot_config?.sampler ?? 'default',
    leavesOutOwn: namedSplit === (task.test_split ?? null),
    ...(typeof task.num_fewshot === 'number' ? { count: task.num_fewshot } : {}),
    ...(task.fewshot_delimiter === undefined ? {} : { delimiter: task.fewshot_delimiter }),
  } as const;
  const tags = [task.tag ?? []].flat();
  return {
    name: task.task,
    ...(task.metadata?.version === undefined ? {} : { version: task.metadata.version }),
    file: '',
    question: task.doc_to_text,
    choices: task.doc_to_choice,
    answer: task.doc_to_target,
    metrics: task.metric_list?.map(({ metric }) => metric) ?? ['acc', 'acc_norm'],
    ...(typeof task.description === 'string' ? { description: task.description } : {}),
    ...(task.target_delimiter === undefined ? {} : { delimiter: task.target_delimiter }),
    ...(hasExamples ? { fewshot: examples } : {}),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

/** The data set of the project that is this split of a repository. */
function knownData({ dataset_path: path, dataset_name: config }: TaskFile, splitName: string): string | undefined {
  const isIt = (entry: DatasetEntry): boolean =>
    entry.hubId === path && entry.split === splitName && entry.config === (config ?? null);
  return Object.entries(manifest).find(([, entry]) => isIt(entry))?.[0];
}
