/** PIQA (see ../piqa.ts). lm-evaluation-harness, task version 1.0. */
import type { Task } from '@linchpin/plugin-api';
import { piqaQuestion, type PiqaRow, piqaSchema } from '../piqa.ts';
import { rowParser } from '../row-parser.ts';

export const piqa: Task<PiqaRow> = {
  name: 'piqa',
  version: 1,
  kind: 'multiple-choice',
  dataset: 'piqa',
  metrics: ['acc', 'acc_norm'],
  chance: 0.5,
  fewshot: { dataset: 'piqa_train', sampler: 'default', leavesOutOwn: true },
  parseRow: rowParser('piqa', piqaSchema),
  toQuestion: piqaQuestion,
};
