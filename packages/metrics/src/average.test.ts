import { describe, expect, it } from 'vitest';
import { unweightedAverage } from './average.ts';

describe('unweightedAverage', () => {
  it('repeats the average of the original model in Table 1 (arXiv 2411.07191), which is printed cut: 70.11', () => {
    const average = unweightedAverage([41.81, 75.29, 56.93, 73.51, 78.67, 94.6, 70.01]);
    expect(average).toBeCloseTo(70.117, 3);
    expect(Math.trunc(average * 100) / 100).toBe(70.11);
  });

  it('refuses an average of nothing', () => {
    expect(() => unweightedAverage([])).toThrow('internal');
  });
});
