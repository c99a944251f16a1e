/**
 * MMLU (Hendrycks et al., arXiv 2009.03300): four choices, asked for by their letters. lm-evaluation-harness, task version 1.0; the
 * examples are the first of five that every subject has.
 */
import type { MmluSubject } from '@linchpin/datasets';
import type { Task } from '@linchpin/plugin-api';
import { strip } from '@linchpin/python-strings';
import { z } from 'zod';
import { rowParser } from './row-parser.ts';

export interface MmluRow {
  readonly question: string;
  readonly choices: readonly string[];
  readonly answer: number;
}

const letters = ['A', 'B', 'C', 'D'];

const schema: z.ZodType<MmluRow> = z.object({
  question: z.string(),
  choices: z.array(z.string()).min(4),
  answer: z.int().min(0).max(3),
});

/** The task of one subject. */
export function mmluTask(subject: MmluSubject): Task<MmluRow> {
  const name = `mmlu_${subject}`;
  return {
    name,
    version: 1,
    kind: 'multiple-choice',
    dataset: name,
    metrics: ['acc'],
    chance: 0.25,
    description: `The following are multiple choice questions (with answers) about ${subject.replaceAll('_', ' ')}.\n\n`,
    fewshot: { dataset: `${name}_dev`, sampler: 'first_n', leavesOutOwn: false, published: 5 },
    parseRow: rowParser(name, schema),
    toQuestion: ({ question, choices, answer }) => ({
      kind: 'multiple-choice',
      context: [strip(question), ...letters.map((letter, index) => `${letter}. ${choices[index]}`), 'Answer:'].join(
        '\n',
      ),
      choices: letters,
      answer,
    }),
  };
}
