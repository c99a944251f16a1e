import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { arcEasy } from './arc-easy.ts';

const choices = { text: ['hospital', 'mill', 'house'], label: ['1', '2', '3'] };
const row = { id: 'x', question: 'Where does a miller work?', choices, answerKey: '2' };

testTask(
  arcEasy,
  [row, { ...row, choices: { text: ['a', 'b', 'c', 'd', 'e'], label: ['A', 'B', 'C', 'D', 'E'] }, answerKey: 'E' }],
  [
    { field: 'question', row: { choices, answerKey: '2' } },
    { field: 'choices', row: { ...row, choices: ['hospital', 'mill'] } },
    { field: 'choices.text', row: { ...row, choices: { text: ['mill'], label: ['1'] } } },
    { field: 'choices.text.1', row: { ...row, choices: { ...choices, text: ['hospital', null, 'house'] } } },
    { field: 'choices.label', row: { ...row, choices: { ...choices, label: ['1', '2'] } } },
    { field: 'answerKey', row: { ...row, answerKey: 'B' } },
    { field: 'answerKey', row: { ...row, answerKey: '' } },
  ],
);

describe('arcEasy', () => {
  it('looks the answer up among three choices that are keyed by digits', () => {
    expect(arcEasy.toQuestion(arcEasy.parseRow(row))).toEqual({
      kind: 'multiple-choice',
      context: 'Question: Where does a miller work?\nAnswer:',
      choices: ['hospital', 'mill', 'house'],
      answer: 1,
    });
  });
});
