import { largestDifference } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { merge, rowSquares } from './merge.ts';

const wave = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i));

/** W + sBA, entry by entry. */
function naive(
  [rows, columns, rank]: readonly [number, number, number],
  { w, a, b, scale }: { w: Float32Array; a: Float32Array; b: Float32Array; scale: number },
): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += b[row * rank + k]! * a[k * columns + column]!;
    return w[at]! + scale * sum;
  });
}

describe('merge', () => {
  it.each([
    [8, 512, 4],
    [5, 300, 3],
    [1, 1, 1],
    [7, 257, 8],
  ] as const)('adds the product to a matrix [%i, %i] by rank %i', (rows, columns, rank) => {
    const [w, a, b] = [wave(rows * columns, 1), wave(rank * columns, 2), wave(rows * rank, 3)];
    const expected = naive([rows, columns, rank], { w, a, b, scale: 0.5 });
    const got = w.slice();
    merge(got, columns, { rank, scale: 0.5, a, b });
    expect(largestDifference(got, expected)).toBeLessThan(4e-7);
  });

  it('gives rows the lengths that DoRA has learned', () => {
    const [rows, columns, rank] = [6, 40, 2];
    const [w, a, b] = [wave(rows * columns, 1), wave(rank * columns, 2), wave(rows * rank, 3)];
    const magnitude = Float32Array.from({ length: rows }, (_, row) => row + 1);
    const got = w.slice();
    merge(got, columns, { rank, scale: 2, a, b, magnitude });
    const lengths = rowSquares(got, columns).map(Math.sqrt);
    expect(largestDifference(lengths, magnitude)).toBeLessThan(1e-6);
    const sum = naive([rows, columns, rank], { w, a, b, scale: 2 });
    expect(got[41]! / got[40]!).toBeCloseTo(sum[41]! / sum[40]!, 5);
  });

  it('leaves every bit alone where nothing was trained, rows of zeros included', () => {
    const [rows, columns, rank] = [6, 40, 2];
    const w = wave(rows * columns, 1).fill(0, 80, 120);
    const untrained = { rank, scale: 2, a: wave(rank * columns, 2), b: new Float32Array(rows * rank) };
    const got = w.slice();
    merge(got, columns, untrained);
    expect(got).toEqual(w);
    merge(got, columns, { ...untrained, magnitude: rowSquares(w, columns).map(Math.sqrt) });
    expect(got).toEqual(w);
  });

  it('keeps a row of zeros whatever its magnitude is', () => {
    const w = new Float32Array(8);
    merge(w, 4, { rank: 1, scale: 1, a: wave(4, 1), b: new Float32Array(2), magnitude: Float32Array.of(3, 0) });
    expect(w.every((value) => value === 0)).toBe(true);
  });
});
