import { describe, expect, it } from 'vitest';
import { addedTokenSplitter, type Section } from './added-tokens.ts';
import type { AddedToken } from './tokenizer-json.ts';

type Options = Partial<Pick<AddedToken, 'single_word' | 'lstrip' | 'rstrip'>>;

function searched(content: string, id: number, options: Options = {}) {
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return { token: { ...plain, ...options, content, id }, content };
}

/** Sections, texts as they are and added tokens as ids. */
function flat(sections: readonly Section[]): (string | number)[] {
  return sections.map((section) => ('id' in section ? section.id : section.text));
}

/** What tokenizers 0.23.3 does with the same tokens and texts. */
describe('addedTokenSplitter', () => {
  it('cuts at every token, and leaves no empty section', () => {
    const split = addedTokenSplitter([searched('<s>', 1)]);
    expect(flat(split('<s><s>a<s>'))).toEqual([1, 1, 'a', 1]);
    expect(split('')).toEqual([]);
    expect(addedTokenSplitter([])('a')).toEqual([{ text: 'a' }]);
  });

  it('prefers the longest of those that begin at the same place', () => {
    expect(flat(addedTokenSplitter([searched('a', 4), searched('ab', 8)])('aba'))).toEqual([8, 4]);
  });

  it('takes contents literally', () => {
    expect(flat(addedTokenSplitter([searched('|||', 1), searched('[.]', 2)])('a|||.[.]'))).toEqual(['a', 1, '.', 2]);
  });

  it('finds single words only where no word character touches them', () => {
    const split = addedTokenSplitter([searched('ab', 8, { single_word: true })]);
    for (const text of ['cab', 'abc', 'ab_', 'ab\u0301', '𝔘ab']) expect(flat(split(text))).toEqual([text]);
    expect(flat(split('a ab b'))).toEqual(['a ', 8, ' b']);
  });

  it('takes white space with it, where the token says so', () => {
    const split = addedTokenSplitter([searched('<s>', 1, { lstrip: true, rstrip: true })]);
    expect(flat(split('a  <s>\u0085a'))).toEqual(['a', 1, 'a']);
    expect(flat(split('<s> <s>'))).toEqual([1, 1]);
    expect(flat(split('a\ufeff<s>\ufeffa'))).toEqual(['a\ufeff', 1, '\ufeffa']);
  });
});
