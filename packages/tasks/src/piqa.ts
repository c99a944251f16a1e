/** PIQA (Bisk et al., arXiv 1911.11641): which of two ways reaches a goal. */
import type { MultipleChoice } from '@linchpin/plugin-api';
import { z } from 'zod';

export interface PiqaRow {
  readonly goal: string;
  readonly sol1: string;
  readonly sol2: string;
  readonly label: 0 | 1;
}

export const piqaSchema: z.ZodType<PiqaRow> = z.object({
  goal: z.string(),
  sol1: z.string(),
  sol2: z.string(),
  label: z.literal([0, 1]),
});

export function piqaQuestion({ goal, sol1, sol2, label }: PiqaRow): MultipleChoice {
  return { kind: 'multiple-choice', context: `Question: ${goal}\nAnswer:`, choices: [sol1, sol2], answer: label };
}
