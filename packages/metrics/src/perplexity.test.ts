import { describe, expect, it } from 'vitest';
import { analyticPerplexityError, perplexity } from './perplexity.ts';

describe('perplexity', () => {
  it('of a uniform choice among k is k', () => {
    expect(perplexity([-Math.log(8), -Math.log(8), -Math.log(8)])).toBeCloseTo(8, 12);
  });

  it('is the geometric mean of the inverse probabilities', () => {
    expect(perplexity([Math.log(1 / 2), Math.log(1 / 8)])).toBeCloseTo(4, 12);
  });

  it('is infinite where float64 ends, and refuses nothing at all', () => {
    expect(perplexity([-800])).toBe(Infinity);
    expect(() => perplexity([])).toThrow('internal');
  });
});

describe('analyticPerplexityError', () => {
  it('is the perplexity times the standard error of the mean', () => {
    // ln p = −1, −3: sd = √2, √2/√2 = 1, so the error equals the perplexity e².
    expect(analyticPerplexityError([-1, -3])).toBeCloseTo(Math.exp(2), 12);
  });

  it('is 0 without spread and null for one value', () => {
    expect(analyticPerplexityError([-2, -2, -2])).toBe(0);
    expect(analyticPerplexityError([-2])).toBeNull();
  });
});
