/** Changed tensors as the bytes of a file: in the layout of the checkpoint, and in its type where that is wanted. */
import { internalError } from '@linchpin/errors';
import type { StoredTensor } from '@linchpin/safetensors';
import { exactBytes, fromFloat32, isWeightDType, toFloat32 } from '@linchpin/tensor';
import { outOfRange } from './errors.ts';

export interface ChangedTensor {
  /** As the file has it. */
  readonly name: string;
  readonly dtype: string;
  /** What became of the values by rounding; absent where they are written as they are. */
  readonly rounded?: {
    /** Values that interventions changed, and those of them that rounding makes what they were before. */
    readonly changed: number;
    readonly undone: number;
    readonly largest: number;
    /** Of the largest magnitude of the tensor. */
    readonly share: number;
  };
}

export interface ChangedValues {
  /** Row-major, a matrix [out, in]: what the checkpoint has, and what interventions have made of it. */
  readonly before: Float32Array;
  readonly after: Float32Array;
}

/** The bytes are in the layout of the file. */
export function storedBytes(
  { name, transposed, shape }: StoredTensor,
  { before, after }: ChangedValues,
  dtype: string,
): { readonly bytes: Uint8Array; readonly tensor: ChangedTensor } {
  if (!isWeightDType(dtype)) throw internalError(`${name} was changed and is stored as ${dtype}`);
  const bytes = fromFloat32(transposed ? turned(after, shape) : after, dtype);
  if (dtype === 'F32') return { bytes, tensor: { name, dtype } };
  const rounded = toFloat32(fromFloat32(after, dtype), dtype);
  let [changed, undone, largest, magnitude] = [0, 0, 0, 0];
  for (let i = 0; i < after.length; i++) {
    if (Number.isFinite(after[i]) && !Number.isFinite(rounded[i])) throw outOfRange(name, after[i]!, dtype);
    magnitude = Math.max(magnitude, Math.abs(after[i]!));
    if (after[i] === before[i]) continue;
    changed += 1;
    if (rounded[i] === before[i]) undone += 1;
    largest = Math.max(largest, Math.abs(after[i]! - rounded[i]!));
  }
  const share = magnitude === 0 ? 0 : largest / magnitude;
  return { bytes, tensor: { name, dtype, rounded: { changed, undone, largest, share } } };
}

/** Whether a type holds the values as they are. */
export function isExactIn(values: Float32Array, dtype: string): boolean {
  return dtype === 'F32' || (isWeightDType(dtype) && exactBytes(values, dtype) !== undefined);
}

/** From [rows, columns] to [columns, rows]. */
function turned(values: Float32Array, shape: readonly number[]): Float32Array {
  const [rows, columns] = shape as [number, number];
  const result = new Float32Array(values.length);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, at++) result[column * rows + row] = values[at]!;
  return result;
}
