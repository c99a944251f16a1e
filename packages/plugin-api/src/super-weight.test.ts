import { describe, expect, it } from 'vitest';
import { coordinatesOf, formatSuperWeight, parseSuperWeight } from './super-weight.ts';

describe('parseSuperWeight', () => {
  it.each([
    { text: '2:3968:7003', weight: { layer: 2, row: 3968, column: 7003 } },
    { text: '1.7:0:12', weight: { layer: 1, expert: 7, row: 0, column: 12 } },
  ])('reads $text as what is written so', ({ text, weight }) => {
    expect(parseSuperWeight(text)).toEqual(weight);
    expect(formatSuperWeight(weight)).toBe(text);
  });

  it.each(['', '1:2', '1:2:3:4', '-1:2:3', '1.:2:3', '.1:2:3', '1:2.5:3', 'a:b:c'])('refuses "%s"', (text) => {
    expect(() => parseSuperWeight(text)).toThrow(expect.objectContaining({ code: 'plugin-api/invalid-super-weight' }));
  });
});

it('coordinatesOf keeps experts apart, and leaves out what else is known of a weight', () => {
  const found = { layer: 1, expert: 7, row: 0, column: 12, score: 3 };
  expect(coordinatesOf(found)).toEqual({ layer: 1, expert: 7, row: 0, column: 12 });
  expect(coordinatesOf({ layer: 1, row: 0, column: 12 })).toEqual({ layer: 1, row: 0, column: 12 });
});
