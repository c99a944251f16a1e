/**
 * The three sets of levels of the reference's `quantize_blockwise`, step by step as torch runs it: every operation rounds
 * to the format.
 */
import { type Arithmetic, rounding } from './arithmetic.ts';
import { normalFloats } from './normal-floats.ts';

/** Integer: 2^bits levels from the least to the largest. Shift: cells of equal width instead. Normal float: NF4 or NF3. */
export type LevelSet = 'integer' | 'shift' | 'normal_float';

export interface Block {
  readonly from: number;
  /** Index behind the last. */
  readonly to: number;
  /** Least and largest weight. */
  readonly low: number;
  readonly high: number;
}

/** Rounds a number to the format in which is computed. */
export type Rounding = (value: number) => number;

/** Rounds the weights of a block to levels, in place. */
export type BlockRounder = (weights: Float32Array, block: Block, scale: number) => void;

export interface LevelRule {
  /** Steps between the least and the largest weight. */
  readonly steps: (bits: number) => number;
  readonly rounder: (bits: number, round: Rounding) => BlockRounder;
}

export const levelRules: Readonly<Record<LevelSet, LevelRule>> = {
  integer: { steps: (bits) => 2 ** bits - 1, rounder: (_, round) => roundToIntegers(round) },
  shift: { steps: (bits) => 2 ** bits - 0.01, rounder: (_, round) => roundToShifted(round) },
  normal_float: { steps: () => 2, rounder: (bits, round) => roundToNormalFloat(normalFloats[bits]!, round) },
};

/** Steps a unit, rounded twice: torch computes `number / tensor` as the reciprocal times the number. */
export function scaleOf({ low, high }: Block, steps: number, arithmetic: Arithmetic): number {
  const round = rounding[arithmetic];
  return round(Math.fround(round(1 / round(high - low)) * Math.fround(steps)));
}

function roundToIntegers(round: Rounding): BlockRounder {
  return (weights, { from, to, low }, scale) => {
    for (let i = from; i < to; i++) {
      const scaled = round(round(weights[i]! - low) * scale);
      weights[i] = round(round(round(roundHalfEven(scaled)) / scale) + low);
    }
  };
}

/** The shift stays float32 where the weights are float16. */
const shift = Math.fround(0.49);

function roundToShifted(round: Rounding): BlockRounder {
  return (weights, { from, to, low }, scale) => {
    for (let i = from; i < to; i++) {
      const scaled = round(round(weights[i]! - low) * scale);
      const shifted = round(Math.fround(scaled - shift));
      const level = round(Math.fround(roundHalfEven(shifted) + shift));
      weights[i] = round(round(level / scale) + low);
    }
  };
}

function roundToNormalFloat(levels: Float32Array, round: Rounding): BlockRounder {
  return (weights, { from, to, low }, scale) => {
    for (let i = from; i < to; i++) {
      const scaled = round(round(weights[i]! - low) * scale);
      const level = round(nearest(levels, round(scaled - 1)));
      weights[i] = round(round(round(level + 1) / scale) + low);
    }
  };
}

/** The level at the least distance, the first where two are as near; distances in float32. */
function nearest(levels: Float32Array, value: number): number {
  let found = levels[0]!;
  let least = Math.fround(Math.abs(value - found));
  for (let i = 1; i < levels.length; i++) {
    const distance = Math.fround(Math.abs(value - levels[i]!));
    if (distance >= least) continue;
    least = distance;
    found = levels[i]!;
  }
  return found;
}

/** Adding it to a small number leaves no bits behind the point. */
const whole = 1.5 * 2 ** 52;

function roundHalfEven(value: number): number {
  return value + whole - whole;
}
