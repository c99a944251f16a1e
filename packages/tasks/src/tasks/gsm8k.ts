/**
 * GSM8K (Cobbe et al., arXiv 2110.14168): word problems whose solutions end in `#### NUMBER`. lm-evaluation-harness 0.4.13, task version
 * 3.0: five examples, and the number behind `####` (strict) or the last number of the text (flexible).
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { exactMatch, extracted, without, writtenAnswerTokens } from '../exact-match.ts';
import { rowParser } from '../row-parser.ts';

interface Gsm8kRow {
  readonly question: string;
  readonly answer: string;
}

const schema: z.ZodType<Gsm8kRow> = z.object({ question: z.string(), answer: z.string() });

/** Thousands, dollars, the way to the number, and a last full stop are left out. */
const ignored = [/,/g, /\$/g, /[\s\S]*#### /g, /\.(?=\n?$)/g];
const normalize = (text: string): string => without(ignored, text).toLowerCase();

export const gsm8k: Task<Gsm8kRow> = {
  name: 'gsm8k',
  version: 3,
  kind: 'written',
  dataset: 'gsm8k',
  metrics: ['exact_match_strict', 'exact_match_flexible'],
  chance: 0,
  fewshot: { dataset: 'gsm8k_train', sampler: 'default', leavesOutOwn: false, usual: 5, published: 5 },
  writing: {
    until: ['Question:', '</s>', '<|im_end|>'],
    maxTokens: writtenAnswerTokens,
    judges: [
      exactMatch({ extract: extracted(/#### (-?[0-9.,]+)/g, 'first'), normalize }),
      exactMatch({ extract: extracted(/(-?[$0-9.,]{2,})|(-?[0-9]+)/g, 'last'), normalize }),
    ],
  },
  parseRow: rowParser('gsm8k', schema),
  toQuestion: ({ question, answer }) => ({
    kind: 'written',
    context: `Question: ${question}\nAnswer:`,
    target: answer,
    answers: [answer],
  }),
};
