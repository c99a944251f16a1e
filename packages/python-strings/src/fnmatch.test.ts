import { describe, expect, it } from 'vitest';
import { isPattern, matchesPattern } from './fnmatch.ts';

describe('matchesPattern', () => {
  // Python 3.11: fnmatch.fnmatchcase of the same texts.
  it.each([
    ['mmlu_anatomy', 'mmlu_*', true],
    ['mmlu', 'mmlu_*', false],
    ['arc_easy', 'arc_????', true],
    ['arc_easy', 'arc_???', false],
    ['a.b', 'a.b', true],
    ['axb', 'a.b', false],
    ['abc', 'a[a-c]c', true],
    ['abc', 'a[!a-c]c', false],
    ['a]c', 'a[]]c', true],
    ['a^c', 'a[^]c', true],
    ['a[c', 'a[c', true],
    ['a\nb', 'a*b', true],
    ['Abc', 'abc', false],
  ])('%j of %s: %s', (text, pattern, matches) => {
    expect(matchesPattern(text, pattern)).toBe(matches);
  });

  it('tells a pattern from a name', () => {
    expect(['mmlu_*', 'a?', 'a[b]', 'mmlu'].map(isPattern)).toEqual([true, true, true, false]);
  });
});
