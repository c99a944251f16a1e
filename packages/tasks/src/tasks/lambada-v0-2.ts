/** LAMBADA by the protocol of lm-evaluation-harness 0.2.0, there version 0, on OpenAI's texts (see ../version-0-2.ts and ../lambada.ts). */
import type { Task } from '@linchpin/plugin-api';
import { type LambadaRow, lambadaSchema, lastWord } from '../lambada.ts';
import { rowParser } from '../row-parser.ts';
import { version02 } from '../version-0-2.ts';

export const lambadaV02: Task<LambadaRow> = {
  ...version02,
  name: 'lambada_v0_2',
  kind: 'last-word',
  dataset: 'lambada_openai',
  metrics: ['acc', 'perplexity'],
  chance: 0,
  parseRow: rowParser('lambada_v0_2', lambadaSchema),
  toQuestion: ({ text }) => ({ kind: 'last-word', ...lastWord(text) }),
};
