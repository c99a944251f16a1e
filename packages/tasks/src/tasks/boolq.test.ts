import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { boolq } from './boolq.ts';

const texts = { passage: 'Ants are insects.', question: 'is an ant an insect' };

testTask(
  boolq,
  [
    { ...texts, label: 1 },
    { ...texts, answer: false },
  ],
  [
    { field: 'passage', row: { question: 'is it', label: 1 } },
    { field: 'label', row: { ...texts, label: -1 } },
    { field: 'label', row: { ...texts } },
    { field: 'label', row: { ...texts, label: 1, answer: true } },
    { field: 'answer', row: { ...texts, answer: 'yes' } },
  ],
);

describe('boolq', () => {
  it('asks yes or no, from either form of rows', () => {
    const question = {
      kind: 'multiple-choice',
      context: 'Ants are insects.\nQuestion: is an ant an insect?\nAnswer:',
      choices: ['no', 'yes'],
      answer: 1,
    };
    expect(boolq.toQuestion(boolq.parseRow({ ...texts, label: 1 }))).toEqual(question);
    expect(boolq.toQuestion(boolq.parseRow({ ...texts, answer: true }))).toEqual(question);
    expect(boolq.toQuestion(boolq.parseRow({ ...texts, answer: false }))).toEqual({ ...question, answer: 0 });
  });
});
