import { expect, it } from 'vitest';
import { jsonText } from './json-text.ts';

it('keeps numbers that JSON does not have', () => {
  const text = jsonText([
    { value: Infinity, error: null },
    { value: NaN, list: [-Infinity, 1.5] },
  ]);
  expect(JSON.parse(text)).toEqual([
    { value: 'Infinity', error: null },
    { value: 'NaN', list: ['-Infinity', 1.5] },
  ]);
});
