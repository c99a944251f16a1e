import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderStatistic, quantile } from './order-statistic.ts';

const values = fc.float32Array({ minLength: 1, maxLength: 100, noNaN: true });

describe('orderStatistic', () => {
  it('is what sorting puts at the rank', () => {
    fc.assert(
      fc.property(values, fc.nat(), (array, pick) => {
        const rank = pick % array.length;
        // Sorting tells -0 from 0, which are one number.
        expect(orderStatistic(array.slice(), rank) + 0).toBe(array.toSorted()[rank]! + 0);
      }),
    );
  });

  it('takes numbers that are all equal', () => {
    expect(orderStatistic(new Float32Array(1000).fill(3), 500)).toBe(3);
  });
});

describe('quantile', () => {
  // numpy.quantile([1, 2, 4, 8], q) and of [1, 2, 4, 8, 16].
  it.each([
    [[8, 1, 4, 2], 0.25, 1.75],
    [[8, 1, 4, 2], 0.75, 5],
    [[16, 8, 1, 4, 2], 0.25, 2],
    [[16, 8, 1, 4, 2], 0.75, 8],
    [[7], 0.75, 7],
  ])('of %j at %s', (array, share, expected) => {
    expect(quantile(Float32Array.from(array), share)).toBe(expected);
  });
});
