import { describe, expect, it } from 'vitest';
import { describeValue, valueAt } from './found-value.ts';

describe('valueAt', () => {
  const value = { choices: { text: ['a', 'b'], none: null } };

  it.each([
    [[], value],
    [['choices', 'text', 1], 'b'],
    [['choices', 'none'], null],
    [['choices', 'none', 'more'], undefined],
    [['choices', 'text', 2], undefined],
    [['choices', 'text', 0, 'length'], undefined],
  ])('%j', (path, found) => {
    expect(valueAt(value, path)).toBe(found);
  });
});

describe('describeValue', () => {
  it.each([
    [undefined, 'nothing'],
    ['a', '"a"'],
    [{ a: [1, null] }, '{"a":[1,null]}'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [() => 1, 'a function'],
    ['x'.repeat(100), `"${'x'.repeat(79)}…`],
  ])('%j is %s', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });
});
