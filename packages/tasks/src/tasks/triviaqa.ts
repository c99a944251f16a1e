/**
 * TriviaQA (Joshi et al., arXiv 1705.03551), reading comprehension questions without their documents. lm-evaluation-harness 0.4.13, task
 * version 3.0: right is a text that is one of the aliases, case and punctuation aside. Without examples: there is no way to draw
 * them that could be compared, for an example's answer is the whole list of aliases there.
 */
import type { Task } from '@linchpin/plugin-api';
import { strip } from '@linchpin/python-strings';
import { z } from 'zod';
import { exactMatch, punctuation, writtenAnswerTokens } from '../exact-match.ts';
import { rowParser } from '../row-parser.ts';

interface TriviaqaRow {
  readonly question: string;
  readonly answer: { readonly aliases: readonly string[] };
}

const schema: z.ZodType<TriviaqaRow> = z.object({
  question: z.string(),
  answer: z.object({ aliases: z.array(z.string()).min(1) }),
});

export const triviaqa: Task<TriviaqaRow> = {
  name: 'triviaqa',
  version: 3,
  kind: 'written',
  dataset: 'triviaqa',
  metrics: ['exact_match'],
  chance: 0,
  writing: {
    until: ['\n', '.', ','],
    maxTokens: writtenAnswerTokens,
    judges: [exactMatch({ extract: strip, normalize: (text) => text.toLowerCase().replaceAll(punctuation, '') })],
  },
  parseRow: rowParser('triviaqa', schema),
  toQuestion: ({ question, answer: { aliases } }) => ({
    kind: 'written',
    context: `Question: ${question}?\nAnswer:`,
    target: aliases[0]!,
    answers: aliases,
  }),
};
