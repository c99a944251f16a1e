/**
 * ARC (Clark et al., arXiv 1803.05457): questions of school science exams. Both parts, Easy and Challenge, have the same
 * form; as in lm-evaluation-harness, task version 1.0.
 */
import type { Task } from '@linchpin/plugin-api';
import { z } from 'zod';
import { answerOf, type KeyedChoices, keyed, keyedChoices } from './keyed-choices.ts';
import { rowParser } from './row-parser.ts';

export interface ArcRow extends KeyedChoices {
  readonly question: string;
}

const schema: z.ZodType<ArcRow> = keyed(z.object({ question: z.string(), ...keyedChoices }));

/** The task of one part; `name` is also the name of its data set. */
export function arcTask(name: string): Task<ArcRow> {
  return {
    name,
    version: 1,
    kind: 'multiple-choice',
    dataset: name,
    metrics: ['acc', 'acc_norm'],
    chance: 0.25,
    fewshot: { dataset: `${name}_train`, sampler: 'default', leavesOutOwn: false, published: 25 },
    tags: ['ai2_arc'],
    parseRow: rowParser(name, schema),
    toQuestion: (row) => ({
      kind: 'multiple-choice',
      context: `Question: ${row.question}\nAnswer:`,
      choices: row.choices.text,
      answer: answerOf(row),
    }),
  };
}
