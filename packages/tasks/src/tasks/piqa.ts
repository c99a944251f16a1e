/** PIQA (Bisk et al., arXiv 1911.11641): which of two ways reaches a goal. lm-evaluation-harness, task version 1.0. */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { rowParser } from '../row-parser.ts';

interface PiqaRow {
  readonly goal: string;
  readonly sol1: string;
  readonly sol2: string;
  readonly label: 0 | 1;
}

const schema: z.ZodType<PiqaRow> = z.object({
  goal: z.string(),
  sol1: z.string(),
  sol2: z.string(),
  label: z.literal([0, 1]),
});

export const piqa: Task<PiqaRow> = {
  name: 'piqa',
  version: 1,
  kind: 'multiple-choice',
  dataset: 'piqa',
  metrics: ['acc', 'acc_norm'],
  chance: 0.5,
  parseRow: rowParser('piqa', schema),
  toQuestion: ({ goal, sol1, sol2, label }) => ({
    kind: 'multiple-choice',
    context: `Question: ${goal}\nAnswer:`,
    choices: [sol1, sol2],
    answer: label,
  }),
};
