import { expect, it } from 'vitest';
import { dataInWords } from './data-folder.ts';

it('says which data sets, and how much of them', () => {
  expect(dataInWords(undefined, undefined)).toBe('on the embedded mini data sets');
  expect(dataInWords('data', '3 items')).toBe('on the data sets in data, the first 3 items of each');
});
