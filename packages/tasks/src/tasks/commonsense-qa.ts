/**
 * CommonsenseQA (Talmor et al., arXiv 1811.00937): five choices, asked for by their letters. lm-evaluation-harness 0.4.13, where the task
 * has no version.
 */
import type { Task } from '@linchpin/plugin-api';
import { strip } from '@linchpin/python-strings';
import { z } from 'zod';
import { rowParser } from '../row-parser.ts';

interface CommonsenseQaRow {
  readonly question: string;
  readonly choices: { readonly text: readonly string[] };
  readonly answerKey: (typeof letters)[number];
}

const letters = ['A', 'B', 'C', 'D', 'E'] as const;

const schema: z.ZodType<CommonsenseQaRow> = z.object({
  question: z.string(),
  choices: z.object({ text: z.array(z.string()).min(5) }),
  answerKey: z.enum(letters),
});

export const commonsenseQa: Task<CommonsenseQaRow> = {
  name: 'commonsense_qa',
  version: 1,
  kind: 'multiple-choice',
  dataset: 'commonsense_qa',
  metrics: ['acc'],
  chance: 0.2,
  fewshot: { dataset: 'commonsense_qa_train', sampler: 'default', leavesOutOwn: true },
  parseRow: rowParser('commonsense_qa', schema),
  toQuestion: ({ question, choices, answerKey }) => ({
    kind: 'multiple-choice',
    context: [
      `Question: ${strip(question)}`,
      ...letters.map((letter, index) => `${letter}. ${choices.text[index]}`),
      'Answer:',
    ].join('\n'),
    choices: letters,
    answer: letters.indexOf(answerKey),
  }),
};
