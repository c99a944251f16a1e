import { expectProblem } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { largestEntry } from './spike.ts';

it('largestEntry keeps the sign and takes the first of equal magnitudes', () => {
  const activation = Float32Array.of(1, -2, 0.5, 3, -7, 7);
  expect(largestEntry(activation, 3, 'site')).toEqual({ value: -7, token: 1, channel: 1 });
  expect(largestEntry(activation, 2, 'site')).toEqual({ value: -7, token: 2, channel: 0 });
});

it('largestEntry refuses what is not finite, wherever it stands', () => {
  for (const bad of [NaN, Infinity, -Infinity])
    expectProblem('detection/non-finite', () => largestEntry(Float32Array.of(5, bad, 1), 3, 'site'));
});
