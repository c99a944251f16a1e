import { describe, expect, it } from 'vitest';
import { isBlank, strip, stripStart, trailingWhitespace } from './whitespace.ts';

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

describe('isBlank', () => {
  it.each([
    ['', true],
    [' \u0085', true],
    ['\uFEFF', false],
  ])('of %j is %s', (text, blank) => {
    expect(isBlank(text)).toBe(blank);
  });
});

describe('trailingWhitespace', () => {
  it.each([
    ['a \n', 2],
    ['a\u001c\u0085\u3000', 3],
    ['a\ufeff', 0],
    ['a\u200b', 0],
    ['', 0],
    ['  ', 2],
  ])('of %j is %i', (text, count) => {
    expect(trailingWhitespace(text)).toBe(count);
  });
});
