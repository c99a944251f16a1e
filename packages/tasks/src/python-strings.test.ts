import { describe, expect, it } from 'vitest';
import { capitalize, strip, stripStart } from './python-strings.ts';

// Expected values are what CPython 3.11 prints.
describe('strip', () => {
  it('removes the separators U+001C to U+001F and U+0085, which JavaScript keeps', () => {
    expect(strip('\x1c\x1d\x1e\x1f\x85 a b\t\n\u3000\x85')).toBe('a b');
    expect('\x85a'.trim()).toBe('\x85a');
  });

  it('keeps U+FEFF, which JavaScript removes', () => {
    expect(strip('\uFEFFa\uFEFF ')).toBe('\uFEFFa\uFEFF');
    expect(strip('\u200ba\u180e')).toBe('\u200ba\u180e');
  });
});

describe('stripStart', () => {
  it('leaves the end alone', () => {
    expect(stripStart(' \x1fa ')).toBe('a ');
  });
});

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
