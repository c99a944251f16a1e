import { describe, expect, it } from 'vitest';
import { detokenizeWikitext } from './wikitext-detokenizer.ts';

describe('detokenizeWikitext', () => {
  it.each([
    ["the boys ' game", "the boys' game"],
    ['5 @,@ 000 @.@ 5 well @-@ known', '5,000.5 well-known'],
    ['a , b ; c : d . e ! f ? g', 'a, b; c: d. e! f? g'],
    ['x ( y ) [ z ] { w }', 'x (y) [z] {w}'],
    ['he said " yes " and \' no \'', 'he said "yes" and \'no\''],
    [' = = Section = = \n', ' == Section ==\n'],
    ['20 ° C', '20°C'],
    ['a \n b', 'a\nb'],
    ['N N N', 'N 1 N'],
    ["it 's", "it's"],
  ])('%j becomes %j', (page, text) => {
    expect(detokenizeWikitext(page)).toBe(text);
  });
});
