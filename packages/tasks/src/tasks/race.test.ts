import { testTask } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { race } from './race.ts';

const problems = `[{'question': 'The boy  _  .', 'answer': 'B', 'options': ['ran', "couldn't", 'sat', 'ate']},
 {'question': 'Why?', 'answer': 'D', 'options': ['a', 'b', 'c', 'd']},
 {'question': 'What is the title?', 'answer': 'A', 'options': ['One', 'Two', 'Three', 'Four']}]`;
const row = { article: 'A boy.\nA dog.', problems };

testTask(
  race,
  [row],
  [
    { field: 'article', row: { problems } },
    { field: 'problems', row: { ...row, problems: 'f()' } },
    { field: 'problems', row: { ...row, problems: '[]' } },
    { field: 'problems.0.answer', row: { ...row, problems: problems.replace("'B'", "'E'") } },
  ],
);

describe('race', () => {
  it('answers the questions before the last one, in the blank where one ends in it', () => {
    expect(race.toQuestion(race.parseRow(row))).toEqual({
      kind: 'multiple-choice',
      context: "Article: A boy.\nA dog.\n\nThe boy couldn't\nQuestion: Why?\nAnswer: d\nWhat is the title?",
      choices: ['One', 'Two', 'Three', 'Four'],
      answer: 0,
    });
  });
});
