import { expect, it } from 'vitest';
import { relativeDifference } from './relative-difference.ts';

it.each([
  [-10, -10, 0],
  [-10, -11, 0.1],
  [-0.001, -0.002, 0.001], // below one nat differences are absolute
  [-Infinity, -Infinity, 0],
  [-Infinity, -3, Infinity],
  [NaN, NaN, 0],
  [-3, NaN, Infinity],
])('between %f and %f is %f', (before, after, expected) => {
  expect(relativeDifference(before, after)).toBeCloseTo(expected, 12);
});
