/**
 * "Prune Non-SW" (arXiv 2411.07191, Table 1): in every weight matrix of the layers the n = trunc(numel · fraction) largest
 * magnitudes become 0, ties included, and the super weights are kept (the reference's `search_percentage_1e-6_0-32_all`
 * with `restore_and_scale_GO=1.0`). Norms, embeddings and the output head are left alone, and so is a matrix with n < 1. In
 * words the paper says 7,000: a count over all matrices together, in which the super weights that are kept do not count.
 */
import { coordinatesOf, type EditableModel, type Intervention, type SuperWeight } from '@linchpin/plugin-api';
import { invalidCount, invalidFraction } from './errors.ts';
import { LargestOfAll } from './largest-of-all.ts';
import { largestMagnitude } from './largest-magnitude.ts';

export type PruneOutliersOptions = PrunedTensors & Amount;

/** How many of the largest weights. */
type Amount =
  /** The share of each matrix, from 0 to 1; the paper's is 1e-6. */
  | { readonly fraction: number; readonly count?: undefined }
  /** The number over all matrices together, at least 1. */
  | { readonly count: number; readonly fraction?: undefined };

interface PrunedTensors {
  /** Scalars that stay as they are. */
  readonly keep: readonly SuperWeight[];
  /** Names of the tensors that are pruned; the weight matrices of the layers when absent. */
  readonly tensors?: readonly string[];
}

/** The paper's share, 16 weights of a 4096 × 4096 matrix, and its number in words, which is about as much of LLaMA-7B. */
export { outlierCount as paperCount, outlierFraction as paperFraction } from '@linchpin/defaults';

/** Sets the largest weights of every matrix to zero, super weights kept. */
export function pruneOutliers({ fraction, count, keep, tensors }: PruneOutliersOptions): Intervention {
  if (fraction !== undefined && !(fraction >= 0 && fraction <= 1)) throw invalidFraction(fraction);
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 1)) throw invalidCount(count);
  return {
    name: 'prune-outliers',
    version: 1,
    settings: {
      ...(fraction === undefined ? { count } : { fraction }),
      keep: keep.map(coordinatesOf),
      ...(tensors === undefined ? {} : { tensors: [...tensors] }),
    },
    edit(model) {
      const kept = keptByTensor(model, keep);
      const matrices = (tensors ?? model.layerMatrices).map((name): Matrix => ({ name, keep: kept.get(name) ?? [] }));
      if (fraction === undefined) return pruneCount(model, matrices, count);
      for (const matrix of matrices) {
        const amount = numberSelected(model.weight(matrix.name).shape, fraction);
        if (amount > 0) pruneMatrix(model, matrix, (values) => largestMagnitude(values, amount));
      }
      return undefined;
    },
  };
}

/** How many weights of a matrix a share of it is. */
export function numberSelected(shape: readonly number[], fraction: number): number {
  return Math.trunc(shape.reduce((product, size) => product * size, 1) * fraction);
}

interface Matrix {
  readonly name: string;
  readonly keep: readonly SuperWeight[];
}

/** Reads every matrix once to find the least magnitude that goes. */
async function pruneCount(model: EditableModel, matrices: readonly Matrix[], count: number): Promise<void> {
  const largest = new LargestOfAll(count);
  for (const { name, keep } of matrices) {
    const weight = model.weight(name);
    const values = await weight.values();
    for (const at of placesOf(keep, weight.shape)) values[at] = 0;
    largest.add(values);
  }
  const threshold = largest.least();
  for (const matrix of matrices) pruneMatrix(model, matrix, () => threshold);
}

function keptByTensor(model: EditableModel, keep: readonly SuperWeight[]): Map<string, SuperWeight[]> {
  const kept = new Map<string, SuperWeight[]>();
  for (const at of keep) {
    const name = model.mlpOutput(at);
    model.weight(name).check(at.row, at.column);
    kept.set(name, [...(kept.get(name) ?? []), at]);
  }
  return kept;
}

function pruneMatrix(
  model: EditableModel,
  { name, keep }: Matrix,
  thresholdOf: (values: Float32Array) => number,
): void {
  model.weight(name).map((values, shape) => {
    const kept = placesOf(keep, shape).map((at) => ({ at, value: values[at]! }));
    const threshold = thresholdOf(values);
    for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) >= threshold) values[i] = 0;
    for (const { at, value } of kept) values[at] = value;
  });
}

function placesOf(weights: readonly SuperWeight[], shape: readonly number[]): number[] {
  const columns = shape.at(-1) ?? 1;
  return weights.map(({ row, column }) => row * columns + column);
}
