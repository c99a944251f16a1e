import { expectProblem } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { paperFactors, parseFactors } from './factors.ts';

it.each([
  ['0,0.5,1', [0, 0.5, 1]],
  ['3, 0,3', [0, 1, 3]],
  ['-1', [-1, 1]],
  ['0:3:1', [0, 1, 2, 3]],
  ['0:0.3:0.1', [0, 0.1, 0.2, 0.3, 1]],
  ['0:1:0.4', [0, 0.4, 0.8, 1]],
  ['2:2:1', [1, 2]],
])('reads %s', (text, factors) => {
  expect(parseFactors(text)).toEqual(factors);
});

it.each(['', '1,,2', 'one', '0:3', '0:3:1:2', '0:3:0', '3:0:1', '0:1:-1', '0:Infinity:1', '0:1:1e-9'])(
  'refuses "%s"',
  (text) => {
    expectProblem('paper-super-weight/invalid-factors', () => parseFactors(text));
  },
);

it('takes the points of the paper where none are given', () => {
  expect(parseFactors(paperFactors.join(','))).toEqual(paperFactors);
  expect(paperFactors).toHaveLength(11);
});
