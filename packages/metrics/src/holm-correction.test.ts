import { expect, it } from 'vitest';
import { holmCorrection } from './holm-correction.ts';

it('multiplies by the number of tests left, and keeps the order', () => {
  // By hand: 0.005 · 4, 0.01 · 3, 0.03 · 2, and 0.04 · 1, which may not fall below 0.06.
  const adjusted = holmCorrection([0.01, 0.04, 0.03, 0.005]);
  for (const [index, p] of [0.03, 0.06, 0.06, 0.02].entries()) expect(adjusted[index]).toBeCloseTo(p, 15);
});

it('stays at most 1, leaves a single test alone, and takes none', () => {
  expect(holmCorrection([0.6, 0.9])).toEqual([1, 1]);
  expect(holmCorrection([0.03])).toEqual([0.03]);
  expect(holmCorrection([])).toEqual([]);
});
