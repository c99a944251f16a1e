import { expect, it } from 'vitest';
import { packsWithEase } from './training-setup.ts';

it('frozen weights are packed where a thirty-second of memory holds them in float32', () => {
  const stored = { name: 'w', dtype: 'F16', shape: [8, 16], file: 'f', offset: 0, length: 256 };
  const tensors = new Map([
    ['w', stored],
    ['b', { ...stored, name: 'b', shape: [8] }],
  ]);
  const bytes = 4 * (8 * 16 + 8);
  expect(packsWithEase({ tensors }, 32 * bytes)).toBe(true);
  expect(packsWithEase({ tensors }, 32 * bytes - 1)).toBe(false);
});
