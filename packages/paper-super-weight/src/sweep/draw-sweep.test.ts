import { expect, it } from 'vitest';
import { compareFactors } from './compare-factors.ts';
import { describeSweep } from './draw-sweep.ts';
import type { SweptColumn } from './run-sweep.ts';

const factors = [0, 1, 2];

/** The sentence of a sweep over four items. */
function described(...outcomes: readonly (readonly number[])[]): string {
  const averages = outcomes.map((each) => (100 * each.reduce((sum, right) => sum + right, 0)) / each.length);
  const points = outcomes.map((each, point) => ({ value: averages[point]!, outcomes: each, numbers: [] }));
  const columns: SweptColumn[] = [{ kind: 'accuracy', header: 'items', points }];
  const comparisons = compareFactors(factors, columns);
  return describeSweep({ factors, columns, averages, comparisons, published: new Map() }, 'a model');
}

it('names the factor that gains, with its error', () => {
  const text = described([0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0]);
  expect(text).toContain(
    's = 0 gives the lowest, 0.00 %, and s = 2 the highest, 50.00 %, a difference of +25.00 points',
  );
  expect(text).toContain('± 25.00 (paired standard error), no more than twice its error');
});

it('says that none gains where none does', () => {
  expect(described([0, 0, 0, 0], [1, 1, 1, 0], [1, 1, 1, 0])).toMatch(/0\.00 %, and none gives a higher one\.$/);
});
