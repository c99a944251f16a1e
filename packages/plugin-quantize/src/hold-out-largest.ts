/**
 * "Ours" (arXiv 2411.07191, section 5): the super activation is taken out of a tensor before it is quantized, its place
 * filled with the median, and put back after. The paper does not say how it is found; here it is the largest magnitude.
 */

export interface HeldOut {
  /** Flat, row-major. */
  readonly index: number;
  readonly value: number;
  /** What stands in its place while the tensor is quantized. */
  readonly median: number;
  /** The tensor with the median in place. */
  readonly rest: Float32Array;
}

/** Takes out the value of largest magnitude, first in row-major order. `values` must not be empty. */
export function holdOutLargest(values: Float32Array): HeldOut {
  let index = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i]!) > Math.abs(values[index]!)) index = i;
  const median = lowerMedian(values);
  const rest = values.slice();
  rest[index] = median;
  return { index, value: values[index]!, median, rest };
}

/** The middle value, the lower one of two. `values` must not be empty. */
export function lowerMedian(values: Float32Array): number {
  return values.toSorted()[(values.length - 1) >> 1]!;
}
