/**
 * BoolQ (Clark et al., arXiv 1905.10044): yes or no, by a passage. lm-evaluation-harness, task version 2.0, which reads
 * SuperGLUE's rows (`label`); rows of the original set (`answer`, a boolean) are the same questions.
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { rowParser } from '../row-parser.ts';

interface BoolqRow {
  readonly passage: string;
  readonly question: string;
  readonly label?: 0 | 1 | undefined;
  readonly answer?: boolean | undefined;
}

const schema: z.ZodType<BoolqRow> = z
  .object({
    passage: z.string(),
    question: z.string(),
    label: z.literal([0, 1]).optional(),
    answer: z.boolean().optional(),
  })
  .refine(({ label, answer }) => (label === undefined) !== (answer === undefined), {
    path: ['label'],
    error: 'either label, 0 or 1, or answer, true or false',
  });

export const boolq: Task<BoolqRow> = {
  name: 'boolq',
  version: 2,
  kind: 'multiple-choice',
  dataset: 'boolq',
  metrics: ['acc'],
  chance: 0.5,
  parseRow: rowParser('boolq', schema),
  toQuestion: ({ passage, question, label, answer }) => ({
    kind: 'multiple-choice',
    context: `${passage}\nQuestion: ${question}?\nAnswer:`,
    choices: ['no', 'yes'],
    answer: label ?? Number(answer),
  }),
};
