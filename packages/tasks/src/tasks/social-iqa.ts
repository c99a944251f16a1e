/** Social IQa (Sap et al., arXiv 1904.09728): why people act and what follows. lm-evaluation-harness, task version 0.0. */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { rowParser } from '../row-parser.ts';

interface SocialIqaRow {
  readonly context: string;
  readonly question: string;
  readonly answerA: string;
  readonly answerB: string;
  readonly answerC: string;
  readonly label: '1' | '2' | '3';
}

const schema: z.ZodType<SocialIqaRow> = z.object({
  context: z.string(),
  question: z.string(),
  answerA: z.string(),
  answerB: z.string(),
  answerC: z.string(),
  label: z.enum(['1', '2', '3']),
});

export const socialIqa: Task<SocialIqaRow> = {
  name: 'social_iqa',
  version: 1,
  kind: 'multiple-choice',
  dataset: 'social_iqa',
  metrics: ['acc'],
  chance: 1 / 3,
  fewshot: { dataset: 'social_iqa_train', sampler: 'default', leavesOutOwn: true },
  parseRow: rowParser('social_iqa', schema),
  toQuestion: (row) => ({
    kind: 'multiple-choice',
    context: `Q: ${row.context} ${row.question}\nA:`,
    choices: [row.answerA, row.answerB, row.answerC],
    answer: Number(row.label) - 1,
  }),
};
