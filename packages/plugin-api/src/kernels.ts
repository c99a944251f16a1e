/**
 * Which operators a device computes itself. What it lacks is laid from operators that it has, for whatever is left to the CPU
 * crosses over and back in every batch.
 */
export interface Kernels {
  /** `Attention` of opset 23. */
  readonly attention: boolean;
  readonly logSoftmax: boolean;
  /** `TopK` over a vocabulary. */
  readonly topK: boolean;
  /** `NonZero`, which gives as many indices as there are true entries; where it has none, experts run on all tokens and are masked. */
  readonly nonZero: boolean;
  /** Rows of tables in half precision; where it has none, tables become float32 when a session opens. */
  readonly halfPrecision: boolean;
  /** Exact products of 8-bit integers (`MatMulInteger` and what is fused from it). */
  readonly integerProducts: boolean;
}

/** What products with weights can be computed in; a device has the first, and says which of the others. */
export type ProductType = 'float32' | 'float16' | 'bfloat16';

/** Those of the CPU, for which graphs are laid where nothing else is said. */
export const allKernels: Kernels = {
  attention: true,
  logSoftmax: true,
  topK: true,
  nonZero: true,
  halfPrecision: true,
  integerProducts: true,
};
