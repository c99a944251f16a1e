/**
 * TruthfulQA with several true choices: its accuracy is the mean share of the probability that these have among all (see
 * ../truthfulqa.ts). lm-evaluation-harness, task version 3.0.
 */
import type { Task } from '@linchpin/plugin-api';
import { type Targets, truthfulqaContext, truthfulqaParser } from '../truthfulqa.ts';

interface Mc2Row {
  readonly question: string;
  readonly mc2_targets: Targets;
}

export const truthfulqaMc2: Task<Mc2Row> = {
  name: 'truthfulqa_mc2',
  version: 3,
  kind: 'weighed-choices',
  dataset: 'truthful_qa',
  metrics: ['acc'],
  chance: 0.5,
  tags: ['truthfulqa'],
  parseRow: truthfulqaParser('truthfulqa_mc2', 'mc2_targets'),
  toQuestion: ({ question, mc2_targets: { choices, labels } }) => ({
    kind: 'weighed-choices',
    context: truthfulqaContext(question),
    choices,
    isTrue: labels.map((label) => label === 1),
  }),
};
