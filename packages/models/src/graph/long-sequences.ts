/**
 * Which tokens belong to sequences of more than so many tokens. Requests that share tokens may disagree: their shared
 * tokens count as those of the longest, and the shorter ones are marked as unresolved.
 */
import type { Graph, Value } from '@linchpin/onnx';
import type { BatchInputs } from './batch-inputs.ts';

export interface LongSequences {
  /** bool [tokens, 1]. */
  readonly isLong: Value;
  /** bool [tokens]: a request that ends there is short and shares tokens with a long one. */
  readonly unresolved: Value;
}

export function longSequences(
  graph: Graph,
  { positions, ancestors, rowShape }: Pick<BatchInputs, 'positions' | 'ancestors' | 'rowShape'>,
  { tokens, context }: { readonly tokens: number; readonly context: number },
): LongSequences {
  // Looked up as float32, for int64 is no more than an index to some devices: there it would be computed on the CPU, and cross.
  const numbers = Float32Array.from({ length: context }, (_, position) => position);
  const table = graph.tensor(`positions_beyond_${tokens}`, 'float32', [context], numbers);
  const places = graph.reshape(graph.rows(table, positions), rowShape, ['rows', 'row_length']);
  // A descendant's position where there is one, else 0: [rows, row_length (descendant), row_length (ancestor)].
  const below = graph.apply('Where', [ancestors, graph.unsqueeze(places, [2]), graph.float(0)]);
  const deepest = graph.apply('ReduceMax', [below, graph.integers([1])], { attributes: { keepdims: 0 } });
  const isLong = graph.apply('GreaterOrEqual', [deepest, graph.float(tokens)]); // [rows, row_length]
  const longAncestor = graph.apply('And', [ancestors, graph.unsqueeze(isLong, [1])]);
  const hasLongAncestor = graph.apply('ReduceMax', [graph.cast(longAncestor, 'int32'), graph.integers([2])], {
    attributes: { keepdims: 0 },
  });
  const isUnresolved = graph.apply('And', [graph.cast(hasLongAncestor, 'bool'), graph.apply('Not', [isLong])]);
  return {
    isLong: graph.reshape(isLong, [-1, 1], ['tokens', 1]),
    unresolved: graph.reshape(isUnresolved, [-1], ['tokens']),
  };
}
