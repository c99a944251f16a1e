/** One matrix rounded block by block, as the reference's `quantize_blockwise` does. */
import { type Arithmetic, inArithmetic, rounding } from './arithmetic.ts';
import type { Blocks } from './block-size.ts';
import { type Clipping, type Threshold, thresholds } from './clipping.ts';
import { nonFinite, scaleOutOfRange } from './errors.ts';
import { type Block, type LevelSet, levelRules, scaleOf } from './levels.ts';

export interface MatrixRule {
  readonly bits: number;
  readonly clipping: Clipping | 'none';
  readonly levels: LevelSet;
  readonly arithmetic: Arithmetic;
}

export interface Matrix {
  readonly name: string;
  /** Row-major; changed in place. */
  readonly values: Float32Array;
  readonly blocks: Blocks;
  /** Weights of a row. */
  readonly columns: number;
}

/** What happened to a matrix. */
export interface QuantizedMatrix {
  /** Weights beyond the threshold of their block. */
  readonly clipped: number;
  /** Blocks of one value, which stay as they are; the reference divides by zero. */
  readonly constantBlocks: number;
  /** Blocks whose range is too small for a scale in the arithmetic, which stay as they are; the reference gives NaN. */
  readonly narrowBlocks: number;
  /** Where the first of them begins; absent where there is none. */
  readonly firstNarrowRow?: number;
}

/** Throws for weights that are not finite and for blocks whose scale is too large for the arithmetic. */
export function quantizeMatrix({ name, values, blocks, columns }: Matrix, rule: MatrixRule): QuantizedMatrix {
  const { bits, clipping, levels, arithmetic } = rule;
  const weights = inArithmetic(values, arithmetic);
  requireFinite(name, weights, arithmetic);
  const threshold = clipping === 'none' ? undefined : thresholds(clipping, { weights, blocks, arithmetic });
  const steps = levelRules[levels].steps(bits);
  const round = levelRules[levels].rounder(bits, rounding[arithmetic]);
  let clipped = 0;
  let constantBlocks = 0;
  const narrow: number[] = [];
  for (let from = 0; from < weights.length; from += blocks.size) {
    const to = from + blocks.size;
    if (threshold !== undefined) clipped += clip(weights, { from, to }, { threshold, round: rounding[arithmetic] });
    const block = rangeOf(weights, from, to);
    if (block.low === block.high) {
      constantBlocks++;
      continue;
    }
    const scale = scaleOf(block, steps, arithmetic);
    const row = Math.floor(from / columns);
    if (scale === Infinity) {
      narrow.push(row);
      continue;
    }
    if (!(scale > 0)) throw scaleOutOfRange(`${name}, row ${row}`, block, arithmetic);
    round(weights, block, scale);
  }
  if (weights !== values) values.set(weights);
  const [firstNarrowRow] = narrow;
  return {
    clipped,
    constantBlocks,
    narrowBlocks: narrow.length,
    ...(firstNarrowRow === undefined ? {} : { firstNarrowRow }),
  };
}

function requireFinite(name: string, weights: Float32Array, arithmetic: Arithmetic): void {
  // A difference of a number with itself is 0 or, where the number is not finite, NaN.
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]! - weights[i]!;
  if (total === 0) return;
  const index = weights.findIndex((weight) => !Number.isFinite(weight));
  throw nonFinite(name, { index, value: weights[index]! }, arithmetic);
}

/** Clamps a block to its threshold and counts what lay beyond. */
function clip(
  weights: Float32Array,
  { from, to }: Pick<Block, 'from' | 'to'>,
  { threshold, round }: { readonly threshold: Threshold; readonly round: (value: number) => number },
): number {
  const limit = threshold(from, to);
  const clamped = round(limit);
  let beyond = 0;
  for (let i = from; i < to; i++) {
    const weight = weights[i]!;
    if (Math.abs(weight) <= limit) continue;
    weights[i] = weight < 0 ? -clamped : clamped;
    beyond++;
  }
  return beyond;
}

function rangeOf(weights: Float32Array, from: number, to: number): Block {
  let low = weights[from]!;
  let high = low;
  for (let i = from; i < to; i++) {
    const weight = weights[i]!;
    if (weight < low) low = weight;
    if (weight > high) high = weight;
  }
  return { from, to, low, high };
}
