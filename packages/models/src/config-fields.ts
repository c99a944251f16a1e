/** Fields of config.json, checked against a zod schema whose messages say what is expected. */
import { valueAt } from '@linchpin/errors';
import { z } from 'zod';
import { configField } from './errors.ts';
import type { JsonObject } from './read-json.ts';

/** Sizes and counts. */
export const positiveInteger: z.ZodType<number> = z.int('a whole number above 0').positive('a whole number above 0');

export const positiveNumber: z.ZodType<number> = z.number('a number above 0').positive('a number above 0');

export const flag: z.ZodType<boolean> = z.boolean('true or false');

/** What `schema` reads of `fields`; the first field that does not fit is an error. `parent` is the field that holds them. */
export function readFields<T>(
  schema: z.ZodType<T>,
  fields: JsonObject,
  { file, parent }: { file: string; parent?: string },
): T {
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const [issue] = result.error.issues as [z.core.$ZodIssue, ...z.core.$ZodIssue[]];
  const path = issue.path.map(String);
  const field = [...(parent === undefined ? [] : [parent]), ...path].join('.');
  throw configField({ file, field, found: valueAt(fields, path), expected: issue.message });
}
