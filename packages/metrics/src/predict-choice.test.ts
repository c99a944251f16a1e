import { describe, expect, it } from 'vitest';
import { predictByLength, predictChoice } from './predict-choice.ts';

describe('predictChoice', () => {
  it('takes the largest, and the first of equals', () => {
    expect(predictChoice([-3, -1, -2])).toBe(1);
    expect(predictChoice([-2, -1, -1])).toBe(1);
    expect(predictChoice(Float32Array.of(-1, -1))).toBe(0);
    expect(predictChoice([-Infinity, -Infinity])).toBe(0);
  });

  it('puts the first NaN above every number, as numpy does', () => {
    expect(predictChoice([-1, Number.NaN, 5, Number.NaN])).toBe(1);
    expect(predictChoice([Number.NaN, Infinity])).toBe(0);
  });

  it('refuses a question without choices', () => {
    expect(() => predictChoice([])).toThrow('internal');
  });
});

describe('predictByLength', () => {
  it('divides by code points, not by UTF-16 units or bytes', () => {
    // Per code point: −4/2 = −2 and −9/5 = −1.8; by UTF-16 units the first would win with −4/4 = −1.
    expect(predictByLength([-4, -9], ['😀😀', 'abcde'])).toBe(1);
    // Per code point: −6/3 = −2 and −5/4; by UTF-8 bytes the first would win with −6/6 = −1.
    expect(predictByLength([-6, -5], ['äöü', 'abcd'])).toBe(1);
  });

  it('never takes an empty choice that has a log-likelihood below 0', () => {
    expect(predictByLength([-1, -50], ['', 'a'])).toBe(1);
  });

  it('refuses scores that do not belong to the choices', () => {
    expect(() => predictByLength([-1], ['a', 'b'])).toThrow('internal');
  });
});
