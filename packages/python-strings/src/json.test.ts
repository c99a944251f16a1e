import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';

/** Expected: `json.loads` of Python 3.11. */
describe('parseJson', () => {
  it('reads the literals of Python', () => {
    expect(parseJson('{"a": [0.0, Infinity, -Infinity], "b": NaN}')).toEqual({ a: [0, Infinity, -Infinity], b: NaN });
    expect(parseJson('NaN')).toBeNaN();
  });

  it.each(['{"a": "NaN, Infinity"}', String.raw`{"a\"": "\"NaN"}`, '[]', '1'])(
    'reads %s like everything else',
    (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    },
  );

  it('leaves all else alone beside a literal, however it is written', () => {
    const text = String.raw`{"a": NaN, "b": "NaN", "c": "x\\", "NaN": "Infinity", "d": -0e-0, "e": [-0e-00, "\"NaN"]}`;
    expect(parseJson(text)).toEqual({ a: NaN, b: 'NaN', c: 'x\\', NaN: 'Infinity', d: -0, e: [-0, '"NaN'] });
  });

  it.each([
    '{"a": nan}',
    '{"a": +Infinity}',
    '{"a": NaNs}',
    '{"a": 1NaN}',
    '{"a": --Infinity}',
    '{"a": NaN',
    '{NaN: 1}',
    '{"a": - Infinity}',
    '',
    '"NaN',
  ])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
