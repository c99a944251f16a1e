/**
 * "Prune Non-SW" (arXiv 2411.07191, Table 1): in every weight matrix of the layers the n = trunc(numel · fraction) largest
 * magnitudes become 0, ties included, and the super weights are kept (the reference's `search_percentage_1e-6_0-32_all`
 * with `restore_and_scale_GO=1.0`). Norms, embeddings and the output head are left alone, and so is a matrix with n < 1.
 */
import { coordinatesOf, type EditableModel, type Intervention, type SuperWeight } from '@linchpin/plugin-api';
import { invalidFraction } from './errors.ts';
import { largestMagnitude } from './largest-magnitude.ts';

export interface PruneOutliersOptions {
  /** Share of each matrix, from 0 to 1; the paper's is 1e-6. */
  readonly fraction: number;
  /** Scalars that stay as they are. */
  readonly keep: readonly SuperWeight[];
  /** Names of the tensors that are pruned; the weight matrices of the layers when absent. */
  readonly tensors?: readonly string[];
}

/** The paper's share: 16 weights of a 4096 × 4096 matrix. */
export const paperFraction = 1e-6;

/** Sets the largest weights of every matrix to zero, super weights kept. */
export function pruneOutliers({ fraction, keep, tensors }: PruneOutliersOptions): Intervention {
  if (!(fraction >= 0 && fraction <= 1)) throw invalidFraction(fraction);
  return {
    name: 'prune-outliers',
    version: 1,
    settings: {
      fraction,
      keep: keep.map(coordinatesOf),
      ...(tensors === undefined ? {} : { tensors: [...tensors] }),
    },
    edit(model) {
      const kept = keptByTensor(model, keep);
      for (const name of tensors ?? model.layerMatrices)
        pruneMatrix(model, name, { fraction, keep: kept.get(name) ?? [] });
    },
  };
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

function pruneMatrix(model: EditableModel, name: string, { fraction, keep }: PruneOutliersOptions): void {
  const weight = model.weight(name);
  const columns = weight.shape.at(-1) ?? 1;
  const count = Math.trunc(weight.shape.reduce((product, size) => product * size, 1) * fraction);
  if (count < 1) return;
  weight.map((values) => {
    const kept = keep.map(({ row, column }) => ({
      at: row * columns + column,
      value: values[row * columns + column]!,
    }));
    const threshold = largestMagnitude(values, count);
    for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) >= threshold) values[i] = 0;
    for (const { at, value } of kept) values[at] = value;
  });
}
