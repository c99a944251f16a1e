/** BoolQ (see ../boolq.ts). lm-evaluation-harness, task version 2.0. */
import type { Task } from '@linchpin/plugin-api';
import { type BoolqRow, boolqQuestion, boolqSchema } from '../boolq.ts';
import { rowParser } from '../row-parser.ts';

export const boolq: Task<BoolqRow> = {
  name: 'boolq',
  version: 2,
  kind: 'multiple-choice',
  dataset: 'boolq',
  metrics: ['acc'],
  chance: 0.5,
  fewshot: { dataset: 'boolq_train', sampler: 'default', leavesOutOwn: true },
  tags: ['super-glue-lm-eval-v1'],
  parseRow: rowParser('boolq', boolqSchema),
  toQuestion: boolqQuestion,
};
