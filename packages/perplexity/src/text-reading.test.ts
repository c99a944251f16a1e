import { describe, expect, it } from 'vitest';
import { textOfFile, wikitextRows } from './text-reading.ts';

describe('textOfFile', () => {
  it('makes rows of lines: with their newline, and empty where a line is blank', () => {
    expect(wikitextRows(' \n = A = \n \n b\n')).toEqual(['', ' = A = \n', '', ' b\n']);
    expect(wikitextRows('a\nb')).toEqual(['a\n', 'b']);
  });

  it("knows Python's white space: U+0085 is blank, a byte order mark is not", () => {
    expect(wikitextRows('\u0085\n\ufeff\n')).toEqual(['', '\ufeff\n']);
  });

  it('keeps the runs of newlines that joining the rows makes', () => {
    expect(textOfFile('a\n\nb\n', 'wikitext-rows')).toBe('a\n\n\n\n\nb\n');
    expect(textOfFile('a\n\nb\n', 'as-is')).toBe('a\n\nb\n');
  });
});
