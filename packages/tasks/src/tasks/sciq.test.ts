import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { sciq } from './sciq.ts';

const row = {
  question: 'What kind of animal is an ant?',
  distractor1: 'amphibian',
  distractor2: 'bird',
  distractor3: 'fish',
  correct_answer: 'insect',
  support: ' \u0085An ant is an insect. ',
};

testTask(
  sciq,
  [row, { ...row, distractor1: 'insect' }],
  [
    { field: 'support', row: { ...row, support: null } },
    { field: 'correct_answer', row: { ...row, correct_answer: ['insect'] } },
  ],
);

describe('sciq', () => {
  it('puts the support first, without white space before it, and the right answer last', () => {
    expect(sciq.toQuestion(sciq.parseRow(row))).toEqual({
      kind: 'multiple-choice',
      context: 'An ant is an insect. \nQuestion: What kind of animal is an ant?\nAnswer:',
      choices: ['amphibian', 'bird', 'fish', 'insect'],
      answer: 3,
    });
  });

  it('begins with a newline where the support is empty', () => {
    expect(sciq.toQuestion(sciq.parseRow({ ...row, support: '' }))).toMatchObject({
      context: '\nQuestion: What kind of animal is an ant?\nAnswer:',
    });
  });
});
