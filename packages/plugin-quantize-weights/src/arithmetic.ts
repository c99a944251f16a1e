/**
 * The number formats in which the reference computes. A store into a typed array rounds, and so does a number's `round`;
 * on operands of these formats, rounding JavaScript's float64 result once gives what hardware of the format gives: 53 bits
 * are more than twice 24 and 11 bits and two.
 */

/** The format of the models of the paper's runs is float16. */
export type Arithmetic = 'float32' | 'float16';

/** Numbers of either format. */
export type Numbers = Float32Array | Float16Array;

/** Rounds to the nearest number of the format, ties to even. */
export const rounding: Readonly<Record<Arithmetic, (value: number) => number>> = {
  float32: Math.fround,
  float16: Math.f16round,
};

/** The values in the format: themselves in float32, a copy in float16. */
export function inArithmetic(values: Float32Array, arithmetic: Arithmetic): Numbers {
  return arithmetic === 'float32' ? values : new Float16Array(values);
}
