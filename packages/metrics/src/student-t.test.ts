import { expect, it } from 'vitest';
import { twoSidedTail } from './student-t.ts';

// scipy 1.17.1: 2 · t.sf(|t|, degrees). The digits lost with many degrees are those of ln Γ, whose terms cancel.
it.each([
  [0, 4, 1],
  [2.5, 4, 0.06676654481198814],
  [-1.3, 1, 0.41742880032030544],
  [12.7062, 1, 0.0500000185607104],
  [40, 199, 4.3394585669291187e-97],
  [3.1, 39, 0.003584729830609665],
  [1e-3, 7, 0.9992300172449988],
  [8, 10_000, 1.3821208729065301e-15],
])('gives the tails of t = %d with %i degrees of freedom', (t, degrees, p) => {
  expect(twoSidedTail(t, degrees) / p).toBeCloseTo(1, 9);
});

it('has no tail beyond infinity', () => {
  expect(twoSidedTail(Infinity, 3)).toBe(0);
  expect(twoSidedTail(Number.NaN, 3)).toBeNaN();
});
