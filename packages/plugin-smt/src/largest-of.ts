/** The largest of scored parts. */
import type { TrainableMatrix } from '@linchpin/plugin-api';

/** A block or a channel of a matrix, counted in blocks or channels. */
export interface Candidate {
  readonly matrix: Pick<TrainableMatrix, 'name' | 'module' | 'layer' | 'shape'>;
  readonly row: number;
  readonly column: number;
  readonly score: number;
}

/**
 * In descending order. Among equal scores the larger (name of the projection, layer), row, column comes first: the official
 * code keeps tuples of these in a heap, from which the smallest falls.
 */
export function largestOf(candidates: readonly Candidate[], count: number): Candidate[] {
  return candidates.toSorted(descending).slice(0, count);
}

export function descending(a: Candidate, b: Candidate): number {
  return (
    b.score - a.score ||
    order(projectionOf(b.matrix), projectionOf(a.matrix)) ||
    b.matrix.layer - a.matrix.layer ||
    b.row - a.row ||
    b.column - a.column ||
    order(b.matrix.name, a.matrix.name)
  );
}

/** `q_proj` of `model.layers.2.self_attn.q_proj`. */
export function projectionOf({ module }: Pick<TrainableMatrix, 'module'>): string {
  return module.slice(module.lastIndexOf('.') + 1);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
