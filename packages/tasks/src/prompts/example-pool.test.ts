import { describe, expect, it } from 'vitest';
import { type Example, ExamplePool, rowKey } from './example-pool.ts';

const examples = (letters: string): Example[] => Array.from(letters, (key) => ({ key, turns: [] }));
const keys = (drawn: readonly Example[]): string => drawn.map(({ key }) => key).join('');

// Expected draws are those of lm-evaluation-harness 0.4.13's samplers over the same letters.
describe('ExamplePool', () => {
  it('draws for one question after the other', () => {
    const pool = new ExamplePool(examples('abcdefghijklmnopqrstuvwxyz'), { sampler: 'default', leavesOutOwn: false });
    const draw = pool.begin(2, 7);
    expect(Array.from({ length: 6 }, () => keys(draw(undefined)))).toEqual(['ke', 'mu', 'bc', 'rd', 'ls', 'bq']);
    expect(keys(pool.begin(2, 7)(undefined))).toBe('ke');
  });

  it('draws again where a question and its copies leave too few', () => {
    const draw = new ExamplePool(examples('aaabcaad'), { sampler: 'default', leavesOutOwn: true }).begin(3, 1234);
    const drawn = Array.from({ length: 8 }, () => keys(draw('a')));
    expect(drawn).toEqual(['dbc', 'bdc', 'dcb', 'dbc', 'cbd', 'dcb', 'cbd', 'dcb']);
  });

  it('takes the first ones', () => {
    const draw = new ExamplePool(examples('aaabcaad'), { sampler: 'first_n', leavesOutOwn: true }).begin(2, 1);
    expect([keys(draw('a')), keys(draw(undefined))]).toEqual(['bc', 'aa']);
  });

  it('refuses to draw more than there are', () => {
    const refused = expect.objectContaining({ code: 'tasks/too-few-examples' });
    expect(() => new ExamplePool(examples('abc'), { sampler: 'first_n', leavesOutOwn: false }).begin(4, 1)).toThrow(
      refused,
    );
    // One more is drawn than is asked for.
    expect(() => new ExamplePool(examples('abc'), { sampler: 'default', leavesOutOwn: true }).begin(3, 1)).toThrow(
      refused,
    );
    const draw = new ExamplePool(examples('aaab'), { sampler: 'default', leavesOutOwn: true }).begin(3, 1);
    expect(() => draw('a')).toThrow(refused);
  });
});

it('knows rows by what they say', () => {
  expect(rowKey({ a: 1, b: null })).toBe(rowKey({ a: 1 }));
  expect(rowKey({ a: 1 })).not.toBe(rowKey({ a: '1' }));
});
