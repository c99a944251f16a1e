import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { commonsenseQa } from './commonsense-qa.ts';

const choices = { label: ['A', 'B', 'C', 'D', 'E'], text: ['bank', 'library', 'store', 'mall', 'new york'] };
const row = { question: ' Where do people read? ', choices, answerKey: 'B' };

testTask(
  commonsenseQa,
  [row],
  [
    { field: 'question', row: { choices, answerKey: 'B' } },
    { field: 'choices.text', row: { ...row, choices: { text: ['bank'] } } },
    { field: 'answerKey', row: { ...row, answerKey: 'F' } },
  ],
);

describe('commonsenseQa', () => {
  it('lists the choices and asks for a letter', () => {
    expect(commonsenseQa.toQuestion(commonsenseQa.parseRow(row))).toEqual({
      kind: 'multiple-choice',
      context: 'Question: Where do people read?\nA. bank\nB. library\nC. store\nD. mall\nE. new york\nAnswer:',
      choices: ['A', 'B', 'C', 'D', 'E'],
      answer: 1,
    });
  });
});
