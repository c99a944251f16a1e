import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { socialIqa } from './social-iqa.ts';

const row = {
  context: 'Tracy stayed.',
  question: 'Why did Tracy do this?',
  answerA: 'to rest',
  answerB: 'to eat',
  answerC: 'to sing',
  label: '3',
};

testTask(
  socialIqa,
  [row, { ...row, label: '1' }],
  [
    { field: 'answerC', row: { ...row, answerC: false } },
    { field: 'label', row: { ...row, label: '0' } },
    { field: 'label', row: { ...row, label: 3 } },
  ],
);

describe('socialIqa', () => {
  it('counts labels from 1', () => {
    expect(socialIqa.toQuestion(socialIqa.parseRow(row))).toEqual({
      kind: 'multiple-choice',
      context: 'Q: Tracy stayed. Why did Tracy do this?\nA:',
      choices: ['to rest', 'to eat', 'to sing'],
      answer: 2,
    });
  });
});
