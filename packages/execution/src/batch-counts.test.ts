import { expect, it } from 'vitest';
import { storeMeter } from './batch-counts.ts';

it('says what came from the store since it was begun', () => {
  const counts = { remembered: 5, computed: 1 };
  const meter = storeMeter(counts);
  counts.computed = 3;
  expect(meter()).toBe('');
  counts.remembered = 9;
  expect(meter()).toBe(', 4 of 6 batches from the store');
});

it('says nothing without a store', () => {
  expect(storeMeter(undefined)()).toBe('');
});
