/** The numbers that are trained: whole tensors, or blocks inside of matrices. */
import type { TrainedTensor } from '@linchpin/plugin-api';

export interface TrainedValues extends Pick<TrainedTensor, 'name' | 'shape' | 'blocks'> {
  /** The whole tensor, of which only the blocks change where there are any. */
  readonly values: Float32Array;
}

/** Numbers that lie one behind the other both in the tensor and among the trained ones. */
interface Stretch {
  /** Where they begin in the tensor, and among the trained numbers. */
  readonly inTensor: number;
  readonly inTrained: number;
  readonly length: number;
}

/** The trained numbers are those of the tensor, or those of its blocks, one below the other. */
export function stretches({ values, shape, blocks }: TrainedValues): Stretch[] {
  if (blocks === undefined) return [{ inTensor: 0, inTrained: 0, length: values.length }];
  const width = shape[1]!;
  let inTrained = 0;
  return blocks.flatMap(({ row, column, rows, columns }) =>
    Array.from({ length: rows }, (_, r) => {
      const stretch = { inTensor: (row + r) * width + column, inTrained, length: columns };
      inTrained += columns;
      return stretch;
    }),
  );
}

/** How many numbers are trained. */
export function trainedCount({ values, blocks }: TrainedValues): number {
  if (blocks === undefined) return values.length;
  return blocks.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
}

/** A copy of the trained numbers. */
export function pack(trained: TrainedValues): Float32Array {
  if (trained.blocks === undefined) return trained.values.slice();
  const packed = new Float32Array(trainedCount(trained));
  for (const { inTensor, inTrained, length } of stretches(trained))
    packed.set(trained.values.subarray(inTensor, inTensor + length), inTrained);
  return packed;
}

/** Puts trained numbers back to their places. */
export function unpack(trained: TrainedValues, packed: Float32Array): void {
  for (const { inTensor, inTrained, length } of stretches(trained))
    trained.values.set(packed.subarray(inTrained, inTrained + length), inTensor);
}
