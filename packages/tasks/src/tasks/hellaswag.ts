/**
 * HellaSwag (Zellers et al., arXiv 1905.07830): which of four endings follows. lm-evaluation-harness, task version 1.0;
 * rows that were processed before give slightly other prompts and are marked as a variant (see ../hellaswag-rows.ts).
 */
import type { Task } from '@linchpin/plugin-api';
import { type HellaSwagRow, hellaSwagTexts, parseHellaSwag } from '../hellaswag-rows.ts';

export const hellaswag: Task<HellaSwagRow> = {
  name: 'hellaswag',
  version: 1,
  kind: 'multiple-choice',
  dataset: 'hellaswag',
  metrics: ['acc', 'acc_norm'],
  chance: 0.25,
  fewshot: { dataset: 'hellaswag_train', sampler: 'default', leavesOutOwn: true, published: 10 },
  tags: ['multiple_choice'],
  parseRow: parseHellaSwag,
  toQuestion: (row) => ({ kind: 'multiple-choice', ...hellaSwagTexts(row), answer: row.label }),
  variantOf: ({ form }) => (form === 'hub' ? undefined : form),
};
