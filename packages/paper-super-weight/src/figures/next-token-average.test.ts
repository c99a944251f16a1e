import { expect, it } from 'vitest';
import { likeliest } from './next-token-average.ts';

it('likeliest gives ids in descending order, the smaller one first on ties', () => {
  expect(likeliest(Float64Array.of(0.1, 0.4, 0.1, 0.4), 3)).toEqual([1, 3, 0]);
  expect(likeliest(Float64Array.of(1), 5)).toEqual([0]);
});
