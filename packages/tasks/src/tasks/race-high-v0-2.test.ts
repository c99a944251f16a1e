import { testTask } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { raceHighV02 } from './race-high-v0-2.ts';

const problems = `[{'question': 'The boy  _  .', 'answer': 'A', 'options': ['ran', 'b', 'c', 'd']},
 {'question': 'Title?', 'answer': 'C', 'options': ['One', 'Two', 'Three', 'Four']}]`;
const row = { article: 'A boy.', problems };

testTask(raceHighV02, [row], [{ field: 'problems', row: { ...row, problems: 'f()' } }]);

it('keeps the blank and loses the question', () => {
  expect(raceHighV02.toQuestion(raceHighV02.parseRow(row))).toMatchObject({
    context: 'Article: A boy.\n\n _  .ran\nTitle?',
    answer: 2,
  });
});
