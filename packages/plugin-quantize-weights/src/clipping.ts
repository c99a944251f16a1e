/** Thresholds beyond which the weights of a block are clamped, in the reference's words z, bp, tp and iqr (`quantization.py`). */
import { type Arithmetic, rounding } from './arithmetic.ts';
import type { Blocks } from './block-size.ts';
import { orderStatistic, quantile } from './order-statistic.ts';

/**
 * z: mean + value standard deviations of the magnitudes of the block. bp, tp: the magnitude that is the largest but a share of
 * `value` of the block (bp) or the matrix (tp). iqr: the third quartile + value interquartile ranges.
 */
export interface Clipping {
  readonly method: 'z' | 'bp' | 'tp' | 'iqr';
  readonly value: number;
}

export interface ClippedMatrix {
  readonly weights: Float32Array;
  readonly blocks: Blocks;
  readonly arithmetic: Arithmetic;
}

/** Gives the threshold of the block from index `from` to before `to`. */
export type Threshold = (from: number, to: number) => number;

/** The clipping of one matrix; what concerns the whole of it is computed once, before any block changes. */
export function thresholds({ method, value }: Clipping, { weights, blocks, arithmetic }: ClippedMatrix): Threshold {
  const round = rounding[arithmetic];
  switch (method) {
    case 'z':
      return (from, to) => {
        const { mean, deviation } = moments(weights, from, to);
        return round(round(Math.fround(Math.fround(value) * round(deviation))) + round(mean));
      };
    case 'bp': {
      // The reference counts otherwise where its blocks do not fit the matrix.
      const more = blocks.isFallback ? 0 : 1;
      return (from, to) => nthLargest(magnitudes(weights, from, to), (to - from) * value + more);
    }
    case 'tp': {
      const threshold = nthLargest(magnitudes(weights, 0, weights.length), weights.length * value);
      return () => threshold;
    }
    case 'iqr':
      return (from, to) => {
        const sizes = magnitudes(weights, from, to);
        const [first, third] = [Math.fround(quantile(sizes, 0.25)), Math.fround(quantile(sizes, 0.75))];
        return round(Math.fround(third + Math.fround(Math.fround(value) * Math.fround(third - first))));
      };
  }
}

/** Mean and sample standard deviation of the magnitudes, in float64; a single number has no deviation. */
function moments(weights: Float32Array, from: number, to: number): { mean: number; deviation: number } {
  const count = to - from;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.abs(weights[i]!);
  const mean = sum / count;
  let squares = 0;
  for (let i = from; i < to; i++) squares += (Math.abs(weights[i]!) - mean) ** 2;
  return { mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0 };
}

function magnitudes(weights: Float32Array, from: number, to: number): Float32Array {
  const sizes = new Float32Array(to - from);
  for (let i = from; i < to; i++) sizes[i - from] = Math.abs(weights[i]!);
  return sizes;
}

/** The n-th largest, n cut to a whole number from 1 to all. */
function nthLargest(sizes: Float32Array, n: number): number {
  const whole = Math.min(Math.max(Math.trunc(n), 1), sizes.length);
  return orderStatistic(sizes, sizes.length - whole);
}
