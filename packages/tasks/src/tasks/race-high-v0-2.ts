/**
 * RACE of high schools by the protocol of lm-evaluation-harness 0.2.0, there version 0 (see ../version-0-2.ts and ../race.ts): of a
 * question that ends in a blank, that blank is kept.
 */
import type { Task } from '@linchpin/plugin-api';
import { raceParser, raceQuestion, type RaceRow } from '../race.ts';
import { version02 } from '../version-0-2.ts';

export const raceHighV02: Task<RaceRow> = {
  ...version02,
  name: 'race_high_v0_2',
  kind: 'multiple-choice',
  dataset: 'race',
  metrics: ['acc'],
  chance: 0.25,
  parseRow: raceParser('race_high_v0_2'),
  toQuestion: (row) => raceQuestion(row, (question) => question.slice(-5)),
};
