/**
 * OpenBookQA (Mihaylov et al., arXiv 1809.02789) without the book: elementary science, the question stem alone as context.
 * lm-evaluation-harness, task version 1.0.
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { answerOf, type KeyedChoices, keyed, keyedChoices } from '../keyed-choices.ts';
import { stripStart } from '@linchpin/python-strings';
import { rowParser } from '../row-parser.ts';

interface OpenbookqaRow extends KeyedChoices {
  readonly question_stem: string;
}

const schema: z.ZodType<OpenbookqaRow> = keyed(
  z.object({ question_stem: z.string(), ...keyedChoices, answerKey: z.string().transform(stripStart) }),
);

export const openbookqa: Task<OpenbookqaRow> = {
  name: 'openbookqa',
  version: 1,
  kind: 'multiple-choice',
  dataset: 'openbookqa',
  metrics: ['acc', 'acc_norm'],
  chance: 0.25,
  fewshot: { dataset: 'openbookqa_train', sampler: 'default', leavesOutOwn: false },
  parseRow: rowParser('openbookqa', schema),
  toQuestion: (row) => ({
    kind: 'multiple-choice',
    context: row.question_stem,
    choices: row.choices.text,
    answer: answerOf(row),
  }),
};
