import { testTask } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { triviaqaV02 } from './triviaqa-v0-2.ts';

const aliases = ['Onions', 'Onion', 'Allium cepa', '😀', '～'];
const hub = { question: 'Which vegetable?', answer: { value: 'Onion', aliases } };
const original = { Question: 'Which vegetable?', Answer: { Value: 'Onion', Aliases: aliases } };

testTask(
  triviaqaV02,
  [hub, original],
  [
    { field: 'answer.aliases', row: { ...hub, answer: { aliases: [] } } },
    { field: 'Answer.Aliases', row: { ...original, Answer: {} } },
  ],
);

it('leaves out answers that begin with another, in the order of code points', () => {
  for (const row of [hub, original])
    expect(triviaqaV02.toQuestion(triviaqaV02.parseRow(row))).toEqual({
      kind: 'any-of',
      context: 'Question: Which vegetable?\nAnswer:',
      continuations: [' Allium cepa', ' Onion', ' ～', ' 😀'],
    });
});
