/** BoolQ by the protocol of lm-evaluation-harness 0.2.0, there version 1 (see ../version-0-2.ts); the prompt is that of ./boolq.ts. */
import type { Task } from '@linchpin/plugin-api';
import { rowParser } from '../row-parser.ts';
import { type BoolqRow, boolqQuestion, boolqSchema } from '../boolq.ts';
import { version02 } from '../version-0-2.ts';

export const boolqV02: Task<BoolqRow> = {
  ...version02,
  name: 'boolq_v0_2',
  kind: 'multiple-choice',
  dataset: 'boolq',
  metrics: ['acc'],
  chance: 0.5,
  parseRow: rowParser('boolq_v0_2', boolqSchema),
  toQuestion: boolqQuestion,
};
