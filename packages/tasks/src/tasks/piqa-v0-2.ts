/** PIQA by the protocol of lm-evaluation-harness 0.2.0, there version 0 (see ../version-0-2.ts and ../piqa.ts). */
import type { Task } from '@linchpin/plugin-api';
import { piqaQuestion, type PiqaRow, piqaSchema } from '../piqa.ts';
import { rowParser } from '../row-parser.ts';
import { version02 } from '../version-0-2.ts';

export const piqaV02: Task<PiqaRow> = {
  ...version02,
  name: 'piqa_v0_2',
  kind: 'multiple-choice',
  dataset: 'piqa',
  metrics: ['acc', 'acc_norm'],
  chance: 0.5,
  parseRow: rowParser('piqa_v0_2', piqaSchema),
  toQuestion: piqaQuestion,
};
