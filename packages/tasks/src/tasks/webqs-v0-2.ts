/**
 * WebQuestions (Berant et al., EMNLP 2013) by the protocol of lm-evaluation-harness 0.2.0, there version 0 (see ../version-0-2.ts and
 * ../aliases.ts).
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { aliasQuestion } from '../aliases.ts';
import { rowParser } from '../row-parser.ts';
import { version02 } from '../version-0-2.ts';

interface WebqsRow {
  readonly question: string;
  readonly answers: readonly string[];
}

const schema: z.ZodType<WebqsRow> = z.object({ question: z.string(), answers: z.array(z.string()).min(1) });

export const webqsV02: Task<WebqsRow> = {
  ...version02,
  name: 'webqs_v0_2',
  kind: 'any-of',
  dataset: 'web_questions',
  metrics: ['acc'],
  chance: 0,
  parseRow: rowParser('webqs_v0_2', schema),
  toQuestion: ({ question, answers }) => aliasQuestion(question, answers),
};
