/** Looks for NaN and infinity among weights. It reads whole tensors, so it is asked for, not part of opening. */
import type { StoredTensor } from '@linchpin/safetensors';
import type { TensorReader } from './formats/tensor-reader.ts';

export interface NonFiniteWeight {
  readonly tensor: StoredTensor;
  /** How many values of the tensor are not finite. */
  readonly count: number;
  /** Where the first of them is, and which. */
  readonly coordinates: readonly number[];
  readonly value: number;
}

/** Of a checkpoint: its tensors, and what reads their values. */
export interface StoredWeights {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly format: TensorReader;
}

/** The tensors among `names` that have values which are not finite, in the order of `names`; in bounded memory. */
export async function findNonFinite(
  { tensors, format }: StoredWeights,
  names: Iterable<string>,
): Promise<NonFiniteWeight[]> {
  const findings: NonFiniteWeight[] = [];
  for (const name of names) {
    const tensor = tensors.get(name);
    const finding = tensor === undefined ? undefined : await scan(tensor, format);
    if (finding !== undefined) findings.push(finding);
  }
  return findings;
}

async function scan(tensor: StoredTensor, format: TensorReader): Promise<NonFiniteWeight | undefined> {
  let first: { index: number; value: number } | undefined;
  let count = 0;
  let before = 0;
  for await (const values of format.streamTensor(tensor)) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isFinite(value)) continue;
      first ??= { index: before + i, value };
      count += 1;
    }
    before += values.length;
  }
  if (first === undefined) return undefined;
  return { tensor, count, coordinates: coordinatesOf(first.index, tensor.shape), value: first.value };
}

/** Row-major index to one index an axis. */
function coordinatesOf(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((size) => {
      const coordinate = rest % size;
      rest = Math.floor(rest / size);
      return coordinate;
    })
    .toReversed();
}
