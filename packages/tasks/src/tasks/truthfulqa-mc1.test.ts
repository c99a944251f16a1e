import { testTask } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { truthfulqaMc1 } from './truthfulqa-mc1.ts';

const row = { question: 'Is it so?', mc1_targets: { choices: ['Yes.', 'No.'], labels: [1, 0] } };

testTask(
  truthfulqaMc1,
  [row],
  [
    { field: 'question', row: { mc1_targets: row.mc1_targets } },
    { field: 'mc1_targets.labels', row: { ...row, mc1_targets: { choices: ['Yes.', 'No.'], labels: [0, 0] } } },
    { field: 'mc1_targets.labels', row: { ...row, mc1_targets: { choices: ['Yes.', 'No.'], labels: [1] } } },
  ],
);

it('asks behind six questions with their answers', () => {
  const question = truthfulqaMc1.toQuestion(truthfulqaMc1.parseRow(row));
  expect(question).toMatchObject({
    context: expect.stringMatching(/^Q: What is human life expectancy[^]*Barcelona, Spain\.\n\nQ: Is it so\?\nA:$/),
    choices: ['Yes.', 'No.'],
    answer: 0,
  });
});
