/**
 * SmoothQuant (arXiv 2211.10438, equation 4; smooth_ln_fcs_llama_like of its code, in float32): what makes an input
 * channel large is divided out of the norm before it and multiplied into the matrices behind it.
 */

/** Neither a factor nor a weight's magnitude counts as smaller. */
const smallest = Math.fround(1e-5);

export interface SmoothingInput {
  /** Largest magnitude of every channel of the input. */
  readonly inputMaxima: Float32Array;
  /** Largest magnitude of every column, over all matrices that take the input. */
  readonly weightMaxima: Float32Array;
  /** Share of the difficulty that goes to the weights, from 0 to 1. */
  readonly alpha: number;
}

/** One factor a channel: max(input^alpha / weight^(1 - alpha), 1e-5). A channel that is always zero gets 1e-5. */
export function smoothingFactors({ inputMaxima, weightMaxima, alpha }: SmoothingInput): Float32Array {
  return inputMaxima.map((input, channel) => {
    const weight = Math.max(weightMaxima[channel]!, smallest);
    const factor = Math.fround(Math.fround(input ** alpha) / Math.fround(weight ** (1 - alpha)));
    return Math.max(factor, smallest);
  });
}

/** Raises `maxima` to the largest magnitude of each column of a matrix [out, in]. */
export function raiseToColumnMaxima(maxima: Float32Array, matrix: Float32Array): void {
  const columns = maxima.length;
  for (let start = 0; start < matrix.length; start += columns)
    for (let column = 0; column < columns; column++)
      maxima[column] = Math.max(maxima[column]!, Math.abs(matrix[start + column]!));
}

/** Multiplies the columns of a matrix [out, in] by the factors, in place. */
export function multiplyColumns(matrix: Float32Array, factors: Float32Array): void {
  for (let at = 0; at < matrix.length; at++) matrix[at] = matrix[at]! * factors[at % factors.length]!;
}
