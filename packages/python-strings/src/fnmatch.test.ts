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
    ['[]', '[]', true],
    ['', '[]', false],
    ['[!]', '[!]', true],
    ['a', '[!]', false],
    ['abc', 'a[z-a]c', false],
    ['abc', 'a[!z-a]c', true],
    ['b', '[z-ab]', true],
    ['-', '[a-]', true],
    ['-', '[!-a]', false],
    ['b', '[!-a]', true],
    ['-', '[a-c-e]', true],
    ['d', '[a-c-e]', false],
    [']', '[]-a]', true],
    ['[', '[[]', true],
    ['\\', '[\\]', true],
    ['&', '[a&&b]', true],
    ['😁', '[😀-😂]', true],
    ['😁', '?', true],
  ])('%j of %s: %s', (text, pattern, matches) => {
    expect(matchesPattern(text, pattern)).toBe(matches);
  });

  it('tells a pattern from a name', () => {
    expect(['mmlu_*', 'a?', 'a[b]', 'mmlu'].map(isPattern)).toEqual([true, true, true, false]);
  });
});
