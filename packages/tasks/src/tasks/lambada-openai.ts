/**
 * LAMBADA (Paperno et al., arXiv 1606.06031) in OpenAI's version: predict the last word of a passage. Words are what
 * single spaces divide, as in lm-evaluation-harness, task version 1.0; the perplexity is per last word, not per token.
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { rowParser } from '../row-parser.ts';

interface LambadaRow {
  readonly text: string;
}

const schema: z.ZodType<LambadaRow> = z.object({ text: z.string() });

export const lambadaOpenai: Task<LambadaRow> = {
  name: 'lambada_openai',
  version: 1,
  kind: 'last-word',
  dataset: 'lambada_openai',
  metrics: ['acc', 'perplexity'],
  chance: 0,
  parseRow: rowParser('lambada_openai', schema),
  toQuestion: ({ text }) => {
    const words = text.split(' ');
    return { kind: 'last-word', context: words.slice(0, -1).join(' '), continuation: ` ${words.at(-1)}` };
  },
};
