import { describe, expect, it } from 'vitest';
import { capitalize } from './capitalize.ts';

// Expected values are what CPython 3.11 prints.
describe('capitalize', () => {
  it('lower-cases everything behind the first character', () => {
    expect(capitalize('hELLO World')).toBe('Hello world');
    expect(capitalize('')).toBe('');
    expect(capitalize('1A')).toBe('1a');
    expect(capitalize(' Ab')).toBe(' ab');
  });

  it.each([
    ['ßa', 'Ssa'],
    ['ﬃX', 'Ffix'],
    ['ǆa', 'ǅa'],
    ['ǄA', 'ǅa'],
    ['ŉa', 'ʼNa'],
    ['ა', 'ა'], // Georgian
    ['ᾀ', 'ᾈ'],
    ['ᾴα', 'Ά\u0345α'],
    ['ᾷ', 'Α\u0342\u0345'],
    ['𐐨𐐀', '𐐀𐐨'], // outside the basic plane
  ])('puts the first character of %s into title case', (text, expected) => {
    expect(capitalize(text)).toBe(expected);
  });

  it('knows the σ at the end of a word, also right behind the first character', () => {
    expect(capitalize('ΑΣ')).toBe('Ας');
    expect(capitalize('ΑΣΑ')).toBe('Ασα');
    expect(capitalize('İΣ')).toBe('İς');
  });
});
