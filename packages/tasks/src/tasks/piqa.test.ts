import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { piqa } from './piqa.ts';

const row = { goal: 'To open a lock,', sol1: 'take a key.', sol2: 'take a candle.', label: 0 };

testTask(
  piqa,
  [row, { ...row, label: 1, more: 'is ignored' }],
  [
    { field: 'goal', row: { sol1: 'take a key.', sol2: 'take a candle.', label: 0 } },
    { field: 'sol2', row: { ...row, sol2: 7 } },
    { field: 'label', row: { ...row, label: -1 } },
    { field: 'label', row: { ...row, label: '0' } },
  ],
);

describe('piqa', () => {
  it('asks for the goal and offers both solutions', () => {
    expect(piqa.toQuestion(piqa.parseRow(row))).toEqual({
      kind: 'multiple-choice',
      context: 'Question: To open a lock,\nAnswer:',
      choices: ['take a key.', 'take a candle.'],
      answer: 0,
    });
  });
});
