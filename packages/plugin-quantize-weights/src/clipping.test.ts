import { describe, expect, it } from 'vitest';
import { thresholds } from './clipping.ts';

// 1 to 8 as magnitudes: mean 4.5, sample variance 6, quartiles 2.75 and 6.25.
const weights = Float32Array.of(8, -7, 6, -5, 4, -3, 2, -1);
const blocks = { size: 8, isFallback: false };

describe('thresholds', () => {
  it.each([
    ['z', 2, Math.fround(2 * Math.fround(Math.sqrt(6)) + 4.5)],
    // The printed count is trunc(8 · 0.25 + 1) = 3 of a block and trunc(8 · 0.25) = 2 of a matrix.
    ['bp', 0.25, 6],
    ['tp', 0.25, 7],
    ['iqr', 1.5, 6.25 + 1.5 * 3.5],
  ] as const)('by %s %s', (method, value, expected) => {
    expect(thresholds({ method, value }, { weights, blocks, arithmetic: 'float32' })(0, 8)).toBe(expected);
  });

  it('counts a share of a block like one of the matrix where the blocks do not fit', () => {
    const whole = { weights, blocks: { size: 8, isFallback: true }, arithmetic: 'float32' } as const;
    expect(thresholds({ method: 'bp', value: 0.25 }, whole)(0, 8)).toBe(7);
  });

  it.each(['bp', 'tp'] as const)('takes at least the largest and at most all by %s', (method) => {
    const matrix = { weights, blocks, arithmetic: 'float32' } as const;
    expect(thresholds({ method, value: 0 }, matrix)(0, 8)).toBe(8);
    expect(thresholds({ method, value: 1 }, matrix)(0, 8)).toBe(1);
  });

  it('clips nothing by z where a block is a single weight', () => {
    const single = { weights, blocks: { size: 1, isFallback: false }, arithmetic: 'float32' } as const;
    expect(thresholds({ method: 'z', value: 3 }, single)(1, 2)).toBe(7);
  });
});
