import { describe, expect, it } from 'vitest';
import { syntheticQuestions } from './synthetic-questions.ts';

const work = { questions: 50, choices: 3, contextWords: 12, choiceWords: 4 };

describe('syntheticQuestions', () => {
  const questions = [...syntheticQuestions(work)];

  it('makes as many as asked for, of the size asked for', () => {
    expect(questions.map(({ docId }) => docId)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    for (const { question } of questions) {
      if (question.kind !== 'multiple-choice') throw new Error(question.kind);
      expect(question.context.split(' ')).toHaveLength(12);
      expect(question.choices.map((choice) => choice.split(' ').length)).toEqual([4, 4, 4]);
    }
  });

  it('shares nothing between questions, and makes the same every time', () => {
    expect(new Set(questions.map(({ question }) => JSON.stringify(question))).size).toBe(50);
    expect([...syntheticQuestions(work)]).toEqual(questions);
  });
});
