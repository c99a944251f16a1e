/**
 * Choices with a key for each, as the sets of AI2 have them: ARC and OpenBookQA. There can be three, four or five of them,
 * keyed by letters or by digits, so that the answer's position has to be looked up (lm-evaluation-harness does
 * `choices.label.index(answerKey)`).
 */
import { z } from 'zod';

export interface KeyedChoices {
  readonly choices: { readonly text: readonly string[]; readonly label: readonly string[] };
  /** One of `choices.label`. */
  readonly answerKey: string;
}

/** The fields, to be spread into the schema of a row. */
export const keyedChoices: {
  readonly choices: z.ZodType<KeyedChoices['choices']>;
  readonly answerKey: z.ZodType<string>;
} = {
  choices: z
    .object({ text: z.array(z.string()).min(2), label: z.array(z.string()) })
    .refine(({ text, label }) => text.length === label.length, { path: ['label'], error: 'as many labels as texts' }),
  answerKey: z.string(),
};

/** Adds the check that the answer is one of the choices. */
export function keyed<Row extends KeyedChoices>(schema: z.ZodType<Row>): z.ZodType<Row> {
  return schema.refine(({ choices, answerKey }) => choices.label.includes(answerKey), {
    path: ['answerKey'],
    error: 'one of choices.label',
  });
}

/** Index of the right choice. */
export function answerOf({ choices, answerKey }: KeyedChoices): number {
  return choices.label.indexOf(answerKey);
}
