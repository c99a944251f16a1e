import { describe, expect, it } from 'vitest';
import { accuracy } from './accuracy.ts';

describe('accuracy', () => {
  it('is the share of right answers with the standard error of a 0/1 sample', () => {
    const list = [1, 0, 0, 1, 1];
    const deviation = Math.sqrt(list.reduce((sum, x) => sum + (x - 0.6) ** 2, 0) / 4);
    const { value, standardError } = accuracy(3, 5);
    expect(value).toBe(0.6);
    expect(standardError).toBeCloseTo(deviation / Math.sqrt(5), 14);
  });

  it('has no standard error for a single item, and one of 0 at the ends', () => {
    expect(accuracy(1, 1)).toEqual({ value: 1, standardError: null });
    expect(accuracy(0, 9)).toEqual({ value: 0, standardError: 0 });
  });

  it('refuses counts that cannot be', () => {
    expect(() => accuracy(0, 0)).toThrow('internal');
    expect(() => accuracy(3, 2)).toThrow('internal');
    expect(() => accuracy(-1, 2)).toThrow('internal');
    expect(() => accuracy(Number.NaN, 2)).toThrow('internal');
  });
});
