import { describe, expect, it } from 'vitest';
import { parseLiteral } from './literal.ts';

describe('parseLiteral', () => {
  // Python 3.11: ast.literal_eval of the same texts.
  it.each([
    [
      `[{'question': "What's \\"it\\"?", 'options': ['a', "b'c", 'd\\n', '\\u00e9\\x41\\101'], 'answer': 'C'}]`,
      [{ question: 'What\'s "it"?', options: ['a', "b'c", 'd\n', 'éAA'], answer: 'C' }],
    ],
    [' ( 1, -2.5e1, True, None, ) ', [1, -25, true, null]],
    ["('a')", 'a'],
    ["('a',)", ['a']],
    ['\'a\' "b"', 'ab'],
    ["'\\q\\U0001F600'", '\\q😀'],
    ['{}', {}],
    ['[]', []],
  ])('%s', (text, value) => {
    expect(parseLiteral(text)).toEqual(value);
  });

  it.each(['', 'name', "['a'", "'a\nb'", '{1: 2}', "['a' 'b'] x", 'f()', '[,]', "b'a'"])('refuses %j', (text) => {
    expect(() => parseLiteral(text)).toThrow(SyntaxError);
  });
});
