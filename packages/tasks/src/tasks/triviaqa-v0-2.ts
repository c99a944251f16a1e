/**
 * TriviaQA (Joshi et al., arXiv 1705.03551) by the protocol of lm-evaluation-harness 0.2.0, there version 0: the questions of its
 * unfiltered set without a document (see ../version-0-2.ts and ../aliases.ts). Rows are the hub's or those of the original file.
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { aliasQuestion } from '../aliases.ts';
import { rowParser } from '../row-parser.ts';
import { version02 } from '../version-0-2.ts';

interface TriviaqaRow {
  readonly question: string;
  readonly aliases: readonly string[];
}

const aliases = z.array(z.string()).min(1);
const original = z
  .object({ Question: z.string(), Answer: z.object({ Aliases: aliases }) })
  .transform((row) => ({ question: row.Question, aliases: row.Answer.Aliases }));
const hub = z
  .object({ question: z.string(), answer: z.object({ aliases }) })
  .transform(({ question, answer }) => ({ question, aliases: answer.aliases }));

const parseHub = rowParser<TriviaqaRow>('triviaqa_v0_2', hub);
const parseOriginal = rowParser<TriviaqaRow>('triviaqa_v0_2', original);

export const triviaqaV02: Task<TriviaqaRow> = {
  ...version02,
  name: 'triviaqa_v0_2',
  kind: 'any-of',
  dataset: 'triviaqa_unfiltered',
  metrics: ['acc'],
  chance: 0,
  parseRow: (row) =>
    typeof row === 'object' && row !== null && 'Question' in row ? parseOriginal(row) : parseHub(row),
  toQuestion: (row) => aliasQuestion(row.question, row.aliases),
};
