/**
 * The number formats in which the reference computes. Numbers of either are held in float32 arrays. On operands of these
 * formats, rounding JavaScript's float64 result once gives what hardware of the format gives: 53 bits are more than twice 24
 * and 11 bits and two.
 */
import { roundToFloat16 } from '@linchpin/tensor';

/** The format of the models of the paper's runs is float16. */
export type Arithmetic = 'float32' | 'float16';

/** Rounds to the nearest number of the format, ties to even. */
export const rounding: Readonly<Record<Arithmetic, (value: number) => number>> = {
  float32: Math.fround,
  float16: roundToFloat16,
};

/** The values in the format: themselves in float32, a copy in float16. */
export function inArithmetic(values: Float32Array, arithmetic: Arithmetic): Float32Array {
  return arithmetic === 'float32' ? values : values.map(rounding.float16);
}
