/** Where a matrix lies among the packed weights, and how its values are read from there. */
import { bytesPerElement, toFloat32, type WeightDType } from '@linchpin/tensor';

/** Places are in bytes from the beginning of all weights; `transposed` matrices lie there as [in, out]. */
export type PackedTensor = {
  readonly transposed?: true;
} & (
  | { readonly dtype: WeightDType; readonly offset: number }
  /** Codes from −127 to 127 and for every `block` of them along the last axis a scale in float16, by which they are multiplied. */
  | { readonly dtype: 'int8'; readonly codes: number; readonly scales: number; readonly block: number }
);

export interface PackedMatrix {
  readonly shape: readonly [number, number];
  readonly tensor: PackedTensor;
}

/** One row of a matrix [out, in] in float32, exactly as the graph has it. */
export function packedRow(weights: Uint8Array, { shape, tensor }: PackedMatrix, row: number): Float32Array {
  const [rows, columns] = shape;
  if (tensor.transposed !== true) return packedRun(weights, tensor, { start: row * columns, count: columns });
  const values = new Float32Array(columns);
  for (let column = 0; column < columns; column++)
    values[column] = packedRun(weights, tensor, { start: column * rows + row, count: 1 })[0]!;
  return values;
}

/** Values that follow each other. */
function packedRun(
  weights: Uint8Array,
  tensor: PackedTensor,
  { start, count }: { readonly start: number; readonly count: number },
): Float32Array {
  if (tensor.dtype !== 'int8') {
    const size = bytesPerElement[tensor.dtype];
    const from = tensor.offset + start * size;
    return toFloat32(weights.subarray(from, from + count * size), tensor.dtype);
  }
  const { codes, scales, block } = tensor;
  const firstBlock = Math.floor(start / block);
  const blocks = Math.floor((start + count - 1) / block) - firstBlock + 1;
  const from = scales + 2 * firstBlock;
  const scale = toFloat32(weights.subarray(from, from + 2 * blocks), 'F16');
  return Float32Array.from({ length: count }, (_, index) => {
    const at = start + index;
    const code = (weights[codes + at]! << 24) >> 24;
    return code * scale[Math.floor(at / block) - firstBlock]!;
  });
}
