/**
 * WinoGrande (Sakaguchi et al., arXiv 1907.10641), scored partially: each option is put into the blank, and what follows
 * the blank is scored, not the option. As in lm-evaluation-harness, task version 1.0: only the first underscore is a blank,
 * and one space stands before the rest even where it begins with punctuation.
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { strip } from '@linchpin/python-strings';
import { rowParser } from '../row-parser.ts';

interface WinograndeRow {
  readonly sentence: string;
  readonly option1: string;
  readonly option2: string;
  readonly answer: '1' | '2';
}

const schema: z.ZodType<WinograndeRow> = z.object({
  sentence: z.string().includes('_', { error: 'a sentence with an underscore for the blank' }),
  option1: z.string(),
  option2: z.string(),
  answer: z.enum(['1', '2']),
});

export const winogrande: Task<WinograndeRow> = {
  name: 'winogrande',
  version: 1,
  kind: 'shared-continuation',
  dataset: 'winogrande',
  metrics: ['acc'],
  chance: 0.5,
  fewshot: { dataset: 'winogrande_train', sampler: 'default', leavesOutOwn: true, published: 5 },
  parseRow: rowParser('winogrande', schema),
  toQuestion: ({ sentence, option1, option2, answer }) => {
    const blank = sentence.indexOf('_');
    return {
      kind: 'shared-continuation',
      contexts: [option1, option2].map((option) => sentence.slice(0, blank) + option),
      continuation: ` ${strip(sentence.slice(blank + 1))}`,
      answer: Number(answer) - 1,
    };
  },
};
