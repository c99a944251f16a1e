/**
 * Rows are checked field by field before a question is made of them. lm-evaluation-harness does without: there, a wrong
 * field shows as a template error, or not at all.
 */
import { describeValue, valueAt } from '@linchpin/errors';
import type { Json } from '@linchpin/plugin-api';
import { z } from 'zod';
import { badRow } from './errors.ts';

/** A task's `parseRow` from the schema of its rows; the error names the first field that is wrong. */
export function rowParser<Row>(task: string, schema: z.ZodType<Row>): (row: Json) => Row {
  return (row) => {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    const { path, found, expected } = mismatchOf(result.error, row);
    throw badRow({ task, field: path.join('.') }, found, expected);
  };
}

/** The index of an answer, in digits as the hub stores it or as a number. */
export const answerIndex: z.ZodType<number> = z.union([z.string().regex(/^\d+$/).transform(Number), z.int().min(0)], {
  error: 'an answer index, from 0',
});

/** Adds the check that `label` is the index of one of the choices. */
export function labelWithin<Row extends { readonly label: number }>(
  schema: z.ZodType<Row>,
  choices: (row: Row) => number,
): z.ZodType<Row> {
  return schema.refine((row) => row.label < choices(row), { path: ['label'], error: 'the index of a choice' });
}

/** The first that is wrong with a value. */
export interface Mismatch {
  readonly path: readonly PropertyKey[];
  readonly found: unknown;
  readonly expected: string;
}

/** What a schema says of a value that it has refused. */
export function mismatchOf({ issues }: z.ZodError, value: unknown): Mismatch {
  const issue = issues[0]!; // a failed parse has at least one
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  return { path, found: valueAt(value, path), expected: expectation(issue) };
}

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object of fields',
  record: 'an object of fields',
};

function expectation(issue: z.core.$ZodIssue): string {
  const { code, message } = issue;
  if (code === 'invalid_type') return types[issue.expected] ?? `a value of type ${issue.expected}`;
  if (code === 'invalid_value') {
    const values = issue.values.map((value) => describeValue(value)).join(', ');
    return issue.values.length > 1 ? `one of ${values}` : values;
  }
  if (code === 'too_small') {
    const { origin, minimum } = issue;
    return origin === 'array' || origin === 'string' ? `${types[origin]} of ${minimum} or more` : `at least ${minimum}`;
  }
  if (code === 'unrecognized_keys') return 'nothing of this name';
  // One that has a message of its own says more than its parts.
  if (code === 'invalid_union' && message === 'Invalid input')
    return [...new Set(issue.errors.flatMap((errors) => errors.map(expectation)))].join(', or ');
  return message;
}
