import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDuplicateKey } from './duplicate-key.ts';

describe('findDuplicateKey', () => {
  it.each([
    { json: '{"a": 1, "a": 2}', key: 'a' },
    { json: '{"a": 1, "\\u0061": 2}', key: 'a' },
    { json: '{"a\\"b": 1, "a\\"b": 2}', key: 'a"b' },
    { json: '{"x": {"b": [], "b": []}}', key: 'b' },
    { json: '[{"c": 1}, {"c": {}, "c": null}]', key: 'c' },
    { json: '{"": 1, "": 2}', key: '' },
    { json: '{"__proto__": 1, "__proto__": 2}', key: '__proto__' },
  ])('finds $key in $json', ({ json, key }) => {
    expect(findDuplicateKey(json)).toBe(key);
  });

  it.each([
    '{"a": {"a": "a"}, "b": "a"}',
    '[{"a": 1}, {"a": 1}]',
    '{"a": ["a", "a", ":"]}',
    '{"a": "\\\\", "b": "\\\\"}',
    '{"a": "{", "b": "}"}',
  ])('finds none in %s', (json) => {
    expect(findDuplicateKey(json)).toBeUndefined();
  });

  it('finds none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(findDuplicateKey(JSON.stringify(value, null, 1))).toBeUndefined();
      }),
    );
  });
});
