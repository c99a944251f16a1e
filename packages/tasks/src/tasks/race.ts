/**
 * RACE of high schools (see ../race.ts). lm-evaluation-harness, task version 3.0, which draws examples from the questions themselves: they
 * may be among their own.
 */
import type { Task } from '@linchpin/plugin-api';
import { raceParser, raceQuestion, type RaceRow } from '../race.ts';

export const race: Task<RaceRow> = {
  name: 'race',
  version: 3,
  kind: 'multiple-choice',
  dataset: 'race',
  metrics: ['acc'],
  chance: 0.25,
  fewshot: { dataset: 'race', sampler: 'default', leavesOutOwn: false },
  parseRow: raceParser('race'),
  toQuestion: (row) => raceQuestion(row, (question) => question.slice(0, -5)),
};
