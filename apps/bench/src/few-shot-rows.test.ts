import { expect, it } from 'vitest';
import { distinctTokens } from './distinct-tokens.ts';
import { answeredRows, drawnRows, letteredRows } from './few-shot-rows.ts';

const shape = { questions: 120, examples: 3 };

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

it.each([
  ['letters', letteredRows],
  ['texts', answeredRows],
] as const)('begins all questions of a subject with its examples: %s', (_, make) => {
  const questions = [...make(shape)].map(({ question }) => question);
  expect(questions[0]!.match(/\nAnswer: /g)).toHaveLength(3);
  const shown = questions[0]!.lastIndexOf('Question: ');
  expect(commonStart(questions[0]!, questions[99]!)).toBeGreaterThanOrEqual(shown);
  expect(commonStart(questions[0]!, questions[100]!)).toBeLessThan(shown / 3);
});

it('draws the examples of every question anew, and gives the same rows every time', () => {
  const rows = [...drawnRows({ questions: 4, examples: 5 })];
  expect(rows.map(({ question }) => question.match(/\nAnswer: /g)?.length)).toEqual([5, 5, 5, 5]);
  expect(commonStart(rows[0]!.question, rows[1]!.question)).toBeLessThan(40);
  expect([...drawnRows({ questions: 4, examples: 5 })]).toEqual(rows);
});

it('counts tokens once that stand behind the same ones', () => {
  const requests = [
    { context: [1, 2, 3], continuation: [4] },
    { context: [1, 2, 3], continuation: [5, 6] },
    { context: [1, 7], continuation: [4] },
    { context: [2], continuation: [4] },
  ];
  expect(distinctTokens(requests)).toBe(6);
});
