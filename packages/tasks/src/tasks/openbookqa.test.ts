import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { openbookqa } from './openbookqa.ts';

const choices = { text: ['fish', 'deep sea animals', 'birds', 'plants'], label: ['A', 'B', 'C', 'D'] };
const row = { id: '8-376', question_stem: 'Angler fish are known as', choices, answerKey: 'B' };

testTask(
  openbookqa,
  [row],
  [
    { field: 'question_stem', row: { choices, answerKey: 'B' } },
    { field: 'choices.label', row: { ...row, choices: { ...choices, label: ['A'] } } },
    { field: 'answerKey', row: { ...row, answerKey: 'E' } },
  ],
);

describe('openbookqa', () => {
  it('takes the stem as it is, and an answer key with a space before it', () => {
    expect(openbookqa.toQuestion(openbookqa.parseRow({ ...row, answerKey: ' B' }))).toEqual({
      kind: 'multiple-choice',
      context: 'Angler fish are known as',
      choices: choices.text,
      answer: 1,
    });
  });
});
