import { expect, it } from 'vitest';
import { multiplyColumns, raiseToColumnMaxima, smoothingFactors } from './smoothing-factors.ts';

it('shares the difficulty between inputs and weights', () => {
  const inputMaxima = Float32Array.of(16, 4, 1);
  const weightMaxima = Float32Array.of(1, 4, 4);
  const factors = (alpha: number): Float32Array => smoothingFactors({ inputMaxima, weightMaxima, alpha });
  expect(factors(1)).toEqual(inputMaxima);
  expect(factors(0)).toEqual(Float32Array.of(1, 0.25, 0.25));
  expect(factors(0.5)).toEqual(Float32Array.of(4, 1, 0.5));
});

it('gives a channel that is always zero the smallest factor, and one without weights a finite one', () => {
  const factors = smoothingFactors({
    inputMaxima: Float32Array.of(0, 1),
    weightMaxima: Float32Array.of(1, 0),
    alpha: 0.5,
  });
  expect(factors[0]).toBe(Math.fround(1e-5));
  expect(factors[1]).toBeCloseTo(316.2278, 3);
});

it('finds and scales columns', () => {
  const matrix = Float32Array.of(1, -2, 3, -4, 5, 0);
  const maxima = Float32Array.of(0, 0, 9);
  raiseToColumnMaxima(maxima, matrix);
  expect(maxima).toEqual(Float32Array.of(4, 5, 9));
  multiplyColumns(matrix, Float32Array.of(1, 10, 100));
  expect(matrix).toEqual(Float32Array.of(1, -20, 300, -4, 50, 0));
});
