/**
 * BoolQ (Clark et al., arXiv 1905.10044): yes or no, by a passage. lm-evaluation-harness reads SuperGLUE's rows (`label`); rows of the
 * original set (`answer`, a boolean) are the same questions.
 */
import type { MultipleChoice } from '@linchpin/plugin-api';
import { z } from 'zod';

export interface BoolqRow {
  readonly passage: string;
  readonly question: string;
  readonly label?: 0 | 1 | undefined;
  readonly answer?: boolean | undefined;
}

export const boolqSchema: z.ZodType<BoolqRow> = z
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

export function boolqQuestion({ passage, question, label, answer }: BoolqRow): MultipleChoice {
  return {
    kind: 'multiple-choice',
    context: `${passage}\nQuestion: ${question}?\nAnswer:`,
    choices: ['no', 'yes'],
    answer: label ?? Number(answer),
  };
}
