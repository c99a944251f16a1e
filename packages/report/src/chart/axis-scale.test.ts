import { describe, expect, it } from 'vitest';
import { axisTicks, isOnAxis, shortNumber, tickText } from './axis-scale.ts';

describe('axisTicks', () => {
  it('puts ticks at few whole values, and at powers of ten along logarithms', () => {
    expect(axisTicks({ label: 'Block', log: true }, [512, 64, 512])).toEqual([64, 512]);
    expect(axisTicks({ label: 'Perplexity', log: true }, [1.5, 120_000])).toEqual([10, 100, 1000, 10_000, 100_000]);
    expect(axisTicks({ label: 'Perplexity', log: true }, [1.5, 60.5])).toEqual([2, 5, 10, 20, 50]);
  });

  it('has an answer for a single value', () => {
    expect(axisTicks({ label: 'Perplexity', log: true }, [5.67])).toEqual([5.67]);
    expect(axisTicks({ label: 'Perplexity', log: true }, [])).toBeUndefined();
  });

  it('leaves other axes to the library', () => {
    expect(axisTicks({ label: 'Factor' }, [0, 0.5, 1])).toBeUndefined();
  });
});

describe('isOnAxis', () => {
  it('has no place for what is not finite, nor on logarithms for zero and below', () => {
    expect([Infinity, Number.NaN].some((value) => isOnAxis({ label: '' }, value))).toBe(false);
    expect([0, -1].some((value) => isOnAxis({ label: '', log: true }, value))).toBe(false);
    expect(isOnAxis({ label: '' }, -1)).toBe(true);
  });
});

describe('tickText', () => {
  it('is the name where the axis has names', () => {
    expect(tickText({ label: '', names: ['the', 'of'] })(1)).toBe('of');
  });
});

describe('shortNumber', () => {
  it.each([
    [0, '0'],
    [0.1 + 0.2, '0.3'],
    [16_384, '16384'],
    [-250_000, '-250k'],
    [1_234_567, '1.235M'],
    [1e-7, '1e-7'],
    [3e20, '3e+20'],
  ])('writes %d as %s', (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
});
