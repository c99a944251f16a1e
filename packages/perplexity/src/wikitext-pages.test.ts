import { describe, expect, it } from 'vitest';
import { wikitextPages } from './wikitext-pages.ts';

describe('wikitextPages', () => {
  it('begins a page at a top-level heading and keeps sections inside', () => {
    const file = ' \n = One = \n a\n = = Section = = \n b\n = Two = \n c\n';
    expect(wikitextPages(file)).toEqual([' = One = \n a\n = = Section = = \n b', ' = Two = \n c\n']);
  });

  it('keeps text before the first heading, and a text without any', () => {
    expect(wikitextPages('a\r\n = One = \nb')).toEqual(['a', ' = One = \nb']);
    expect(wikitextPages('a\nb')).toEqual(['a\nb']);
    expect(wikitextPages(' \n')).toEqual([]);
  });
});
