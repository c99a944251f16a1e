import { testTask } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { truthfulqaMc2 } from './truthfulqa-mc2.ts';

const row = { question: 'Is it so?', mc2_targets: { choices: ['Yes.', 'No.', 'Yes!'], labels: [1, 0, 1] } };

testTask(
  truthfulqaMc2,
  [row],
  [{ field: 'mc2_targets.labels.0', row: { ...row, mc2_targets: { choices: ['Yes.', 'No.'], labels: [2, 0] } } }],
);

it('says of every choice whether it is true', () => {
  expect(truthfulqaMc2.toQuestion(truthfulqaMc2.parseRow(row))).toMatchObject({ isTrue: [true, false, true] });
});
