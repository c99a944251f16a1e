/**
 * Rows are checked field by field before a question is made of them. lm-evaluation-harness does without: there, a wrong
 * field shows as a template error, or not at all.
 */
import type { Json } from '@linchpin/plugin-api';
import { z } from 'zod';
import { badRow } from './errors.ts';

/** A task's `parseRow` from the schema of its rows; the error names the first field that is wrong. */
export function rowParser<Row>(task: string, schema: z.ZodType<Row>): (row: Json) => Row {
  return (row) => {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    const issue = result.error.issues[0]!; // a failed parse has at least one
    throw badRow({ task, field: issue.path.join('.') }, describe(valueAt(row, issue.path)), expectation(issue));
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

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `a value of type ${issue.expected}`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map((value) => describe(value)).join(', ')}`;
  if (issue.code === 'too_small') return `at least ${issue.minimum}`;
  return issue.message;
}

function valueAt(row: Json, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    row,
  );
}

function describe(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value); // which JSON has no digits for
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
