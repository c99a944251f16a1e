/** A task of a definition, and the files of its rows. */
import { resolve } from 'node:path';
import type { DataRow, DataSource, DatasetEntry } from '@linchpin/datasets';
import type { Json, MultipleChoice, Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { badDefinition, badRow, failingFunction } from '../errors.ts';
import { mismatchOf } from '../row-parser.ts';
import { RowTemplate } from './row-template.ts';
import type { OfRow, OwnRow, TaskDefinition } from './task-definition.ts';

export interface OwnTask {
  readonly task: Task;
  /** Absolute paths by the names of data sets that the task asks for, where they are no data sets of the project. */
  readonly files: ReadonlyMap<string, string>;
}

const ofRow = z.union([
  z.string(),
  z.custom<(row: OwnRow) => never>((value) => typeof value === 'function', 'a function'),
]);

const schema: z.ZodType<TaskDefinition> = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/u, 'a name in snake_case'),
  version: z.int().min(1).exactOptional(),
  file: z.string().min(1),
  question: ofRow,
  choices: z.union([z.array(z.string()).min(2), ofRow]),
  answer: z.union([z.int().min(0), ofRow]),
  metrics: z
    .array(z.enum(['acc', 'acc_norm']))
    .min(1)
    .exactOptional(),
  description: z.string().exactOptional(),
  delimiter: z.string().exactOptional(),
  fewshot: z
    .strictObject({
      file: z.string().min(1),
      sampler: z.enum(['default', 'first_n']).exactOptional(),
      count: z.int().min(0).exactOptional(),
      delimiter: z.string().exactOptional(),
      leavesOutOwn: z.boolean().exactOptional(),
    })
    .exactOptional(),
  tags: z.array(z.string().min(1)).exactOptional(),
});

/** Relative paths are from `folder`. Throws for a definition that is none. */
export function ownTask(given: unknown, folder: string): OwnTask {
  const checked = schema.safeParse(given);
  if (!checked.success) {
    const { path, found, expected } = mismatchOf(checked.error, given);
    throw badDefinition({ task: nameOf(given), part: path.join('.') }, found, expected);
  }
  const definition = checked.data;
  const { name, fewshot } = definition;
  const examples = `${name}_examples`;
  const files = new Map([[name, resolve(folder, definition.file)]]);
  if (fewshot !== undefined) files.set(examples, resolve(folder, fewshot.file));
  return { task: taskOf(definition, { data: name, examples }), files };
}

/** The task of a checked definition, over data sets of these names. */
export function taskOf(definition: TaskDefinition, names: { readonly data: string; readonly examples: string }): Task {
  const { name, version = 1, metrics = ['acc'], description, delimiter, fewshot, tags } = definition;
  const question = readerOf(definition.question, { task: name, part: 'question' });
  const choices = readerOf(definition.choices, { task: name, part: 'choices' });
  const answer = readerOf(definition.answer, { task: name, part: 'answer' });
  return {
    name,
    version,
    kind: 'multiple-choice',
    dataset: names.data,
    metrics,
    chance: Array.isArray(definition.choices) ? 1 / definition.choices.length : 0,
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
    ...(fewshot === undefined
      ? {}
      : {
          fewshot: {
            dataset: names.examples,
            sampler: fewshot.sampler ?? 'default',
            leavesOutOwn: fewshot.leavesOutOwn ?? true,
            ...(fewshot.count === undefined ? {} : { usual: fewshot.count }),
            ...(fewshot.delimiter === undefined ? {} : { delimiter: fewshot.delimiter }),
          },
        }),
    parseRow(row: Json): MultipleChoice {
      if (typeof row !== 'object' || row === null || Array.isArray(row))
        throw badRow({ task: name, field: '', isOwn: true }, row, 'an object of fields');
      const fields = row as DataRow['value'];
      const offered = requireChoices(name, choices(fields));
      return {
        kind: 'multiple-choice',
        context: requireText(name, question(fields)),
        choices: offered,
        ...(delimiter === undefined ? {} : { delimiter }),
        answer: requireAnswer(name, answer(fields), offered),
      };
    },
    toQuestion: (row) => row as MultipleChoice,
  };
}

/** The data of own tasks besides those of a source. */
export function withOwnData(source: DataSource, own: readonly OwnTask[]): DataSource {
  const files = new Map(own.flatMap((each) => [...each.files]));
  if (files.size === 0) return source;
  return {
    async find(name) {
      const file = files.get(name);
      return file === undefined ? await source.find(name) : { file, form: 'hub', entry: entryOf(name) };
    },
  };
}

function entryOf(name: string): DatasetEntry {
  return { title: name, hubId: '', config: null, split: 'test', rows: null, licence: '', files: [] };
}

type Fields = DataRow['value'];

function readerOf<Value>(
  of: Value | OfRow<OwnRow, Value>,
  place: { readonly task: string; readonly part: string },
): (row: Fields) => unknown {
  if (typeof of === 'function')
    return (row) => {
      try {
        return (of as (row: OwnRow) => Value)(row);
      } catch (error) {
        throw failingFunction(place, error);
      }
    };
  if (typeof of !== 'string') return () => of;
  const template = new RowTemplate(of, place);
  const isName = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(of);
  return (row) => {
    if (isName && Object.hasOwn(row, of)) return row[of];
    if (place.part === 'question') return template.text(row);
    const value = template.value(row);
    // What a template writes in digits is a number; what a field holds may be one of the choices.
    return typeof value === 'string' && /^\d+$/u.test(value) ? Number(value) : value;
  };
}

function requireText(task: string, found: unknown): string {
  if (typeof found === 'string') return found;
  throw badRow({ task, field: 'question', isOwn: true }, found, 'a text');
}

function requireChoices(task: string, found: unknown): readonly string[] {
  if (Array.isArray(found) && found.length >= 2 && found.every((each) => typeof each === 'string')) return found;
  throw badRow({ task, field: 'choices', isOwn: true }, found, 'a list of two or more texts');
}

function requireAnswer(task: string, found: unknown, choices: readonly string[]): number {
  const index = typeof found === 'string' ? choices.indexOf(found) : found;
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < choices.length) return index;
  const expected = `a number from 0 to ${choices.length - 1}, or one of the choices`;
  throw badRow({ task, field: 'answer', isOwn: true }, found, expected);
}

function nameOf(given: unknown): string {
  const { name } = (typeof given === 'object' && given !== null ? given : {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name : 'without a name';
}
