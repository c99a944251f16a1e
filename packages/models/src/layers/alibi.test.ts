import { expect, it } from 'vitest';
import { alibiSlopes, roundedAlibi } from './alibi.ts';

it('gives the slopes of the paper for a power of two', () => {
  expect(alibiSlopes(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((power) => 2 ** -power));
});

it.each([1, 3, 5, 6, 12, 71])('gives %i heads the slopes of a power of two, then those between them', (heads) => {
  const slopes = alibiSlopes(heads);
  const whole = 2 ** Math.floor(Math.log2(heads));
  expect(slopes.length).toBe(heads);
  expect(new Set(slopes).size).toBe(heads);
  slopes.slice(whole).forEach((slope, index) => {
    expect(slope).toBeCloseTo(2 ** ((-8 * (2 * index + 1)) / (2 * whole)), 12);
  });
});

it('rounds what Falcon adds to 8 significant bits', () => {
  const [first, second] = roundedAlibi(2, 300);
  // Slopes are 2^-4 and 2^-8; 257 and 259 lie between 256, 258 and 260, and ties go to the even last bit.
  expect([0, 1, 255, 256, 257, 258, 259].map((position) => first![position]! * 16)).toEqual([
    0, 1, 255, 256, 256, 258, 260,
  ]);
  expect(second![259]! * 256).toBe(260);
  const [slope] = roundedAlibi(12, 2)
    .map((biases) => biases[1]!)
    .slice(8);
  expect(slope).toBe(0.70703125); // 2^-0.5 = 0.70710…
});
