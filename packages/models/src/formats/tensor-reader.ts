import type { StoredTensor } from '@linchpin/safetensors';

/** Values of stored tensors, in float32. */
export interface TensorReader {
  /** All values, row-major. */
  readTensor(stored: StoredTensor): Promise<Float32Array>;
  /** The values of `rowCount` slices along the first axis, from `firstRow` on, row-major. */
  readRows(stored: StoredTensor, firstRow: number, rowCount: number): Promise<Float32Array>;
  /** The values in order, a piece at a time, in bounded memory; a piece is not used again. */
  streamTensor(stored: StoredTensor): AsyncIterable<Float32Array>;
}
