import { expect, it } from 'vitest';
import { largestDifference } from './largest-difference.ts';

it('is the largest magnitude of a difference', () => {
  expect(largestDifference([1, -2, 3], Float32Array.of(1.5, 1, 3))).toBe(3);
  expect(largestDifference([], [])).toBe(0);
});

it('is infinite where a number is NaN, so that no tolerance lets it pass', () => {
  expect(largestDifference([1, Number.NaN], [1, 2])).toBe(Infinity);
  expect(largestDifference([Infinity], [Infinity])).toBe(Infinity);
});

it('refuses lengths that differ', () => {
  expect(() => largestDifference([1], [1, 2])).toThrow('1 and 2 numbers');
});
