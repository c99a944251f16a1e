import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { winogrande } from './winogrande.ts';

const row = {
  sentence: 'The hammer does not fit in the basket because the _ is too small.',
  option1: 'basket',
  option2: 'hammer',
  answer: '1',
};

testTask(
  winogrande,
  [row, { ...row, answer: '2' }],
  [
    { field: 'sentence', row: { ...row, sentence: 'no blank' } },
    { field: 'option1', row: { ...row, option1: null } },
    { field: 'answer', row: { ...row, answer: 1 } },
    { field: 'answer', row: { ...row, answer: '' } },
  ],
);

function ask(sentence: string): unknown {
  return winogrande.toQuestion(winogrande.parseRow({ ...row, sentence }));
}

describe('winogrande', () => {
  it('fills the blank and scores what follows', () => {
    expect(ask(row.sentence)).toEqual({
      kind: 'shared-continuation',
      contexts: [
        'The hammer does not fit in the basket because the basket',
        'The hammer does not fit in the basket because the hammer',
      ],
      continuation: ' is too small.',
      answer: 0,
    });
  });

  it('takes the first underscore, and puts a space before punctuation', () => {
    expect(ask("The _'s _ . ")).toMatchObject({ contexts: ['The basket', 'The hammer'], continuation: " 's _ ." });
  });
});
