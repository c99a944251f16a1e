/**
 * SciQ (Welbl et al., arXiv 1707.06209): science questions with a supporting passage, which may be empty: the context then
 * begins with a newline. lm-evaluation-harness, task version 1.0. Nine of the 1000 test items have two equal choices.
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { stripStart } from '@linchpin/python-strings';
import { rowParser } from '../row-parser.ts';

interface SciqRow {
  readonly support: string;
  readonly question: string;
  readonly distractor1: string;
  readonly distractor2: string;
  readonly distractor3: string;
  readonly correct_answer: string;
}

const schema: z.ZodType<SciqRow> = z.object({
  support: z.string(),
  question: z.string(),
  distractor1: z.string(),
  distractor2: z.string(),
  distractor3: z.string(),
  correct_answer: z.string(),
});

export const sciq: Task<SciqRow> = {
  name: 'sciq',
  version: 1,
  kind: 'multiple-choice',
  dataset: 'sciq',
  metrics: ['acc', 'acc_norm'],
  chance: 0.25,
  fewshot: { dataset: 'sciq_train', sampler: 'default', leavesOutOwn: false },
  parseRow: rowParser('sciq', schema),
  toQuestion: (row) => ({
    kind: 'multiple-choice',
    context: `${stripStart(row.support)}\nQuestion: ${row.question}\nAnswer:`,
    choices: [row.distractor1, row.distractor2, row.distractor3, row.correct_answer],
    answer: 3,
  }),
};
