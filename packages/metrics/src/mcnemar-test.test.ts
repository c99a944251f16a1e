import { expect, it } from 'vitest';
import { mcnemarTest } from './mcnemar-test.ts';

// scipy 1.17.1: binomtest(min(b, c), b + c, 0.5).pvalue. Up to 1800 rounded logarithms are summed: ten digits remain.
it.each([
  [1, 0, 1],
  [5, 2, 0.453125],
  [10, 10, 1],
  [3, 12, 0.03515625],
  [0, 8, 0.0078125],
  [150, 90, 0.00012987667540779012],
  [2000, 1800, 0.0012427867782632013],
])('gives the p of a two-sided binomial test for %i and %i', (b, c, p) => {
  expect(mcnemarTest(b, c) / p).toBeCloseTo(1, 9);
  expect(mcnemarTest(c, b)).toBe(mcnemarTest(b, c));
});

it('finds no difference where there is none, and refuses what is no count', () => {
  expect(mcnemarTest(0, 0)).toBe(1);
  expect(() => mcnemarTest(-1, 2)).toThrow('internal');
  expect(() => mcnemarTest(0.5, 2)).toThrow('internal');
});
