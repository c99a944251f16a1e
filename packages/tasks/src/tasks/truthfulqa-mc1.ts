/** TruthfulQA with one true choice, the first (see ../truthfulqa.ts). lm-evaluation-harness, task version 2.0. */
import type { Task } from '@linchpin/plugin-api';
import { type Targets, truthfulqaContext, truthfulqaParser } from '../truthfulqa.ts';

interface Mc1Row {
  readonly question: string;
  readonly mc1_targets: Targets;
}

export const truthfulqaMc1: Task<Mc1Row> = {
  name: 'truthfulqa_mc1',
  version: 2,
  kind: 'multiple-choice',
  dataset: 'truthful_qa',
  metrics: ['acc'],
  chance: 0.25,
  tags: ['truthfulqa'],
  parseRow: truthfulqaParser('truthfulqa_mc1', 'mc1_targets'),
  toQuestion: ({ question, mc1_targets: { choices } }) => ({
    kind: 'multiple-choice',
    context: truthfulqaContext(question),
    choices,
    answer: 0,
  }),
};
