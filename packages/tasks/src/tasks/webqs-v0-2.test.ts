import { testTask } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { webqsV02 } from './webqs-v0-2.ts';

const row = { question: 'what is spoken in jamaica?', answers: ['Jamaican English', 'English'] };

testTask(webqsV02, [row], [{ field: 'answers', row: { ...row, answers: [] } }]);

it('takes any answer', () => {
  expect(webqsV02.toQuestion(webqsV02.parseRow(row))).toEqual({
    kind: 'any-of',
    context: 'Question: what is spoken in jamaica?\nAnswer:',
    continuations: [' English', ' Jamaican English'],
  });
});
