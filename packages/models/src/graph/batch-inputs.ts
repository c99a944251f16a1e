import type { Graph, Value } from '@linchpin/onnx';
import { graphInputs } from '@linchpin/plugin-api';

/** The batch as the graph sees it. */
export interface BatchInputs {
  readonly tokenIds: Value; // int32 [tokens]
  readonly positions: Value; // int64 [tokens, 1]
  readonly scoredTokens: Value; // int32 [scored]
  readonly targets: Value; // int64 [targets, 2]
  readonly rowShape: Value; // int64 [2] = [rows, row_length]
  readonly ancestors: Value; // bool [rows, row_length, row_length]
}

/** Adds the feeds of a packed batch, and from one integer a token who sees whom. */
export function addBatchInputs(graph: Graph): BatchInputs {
  const tokens = addTokenInputs(graph);
  return { ...tokens, targets: graph.input(graphInputs.targets, 'int64', ['targets', 2]) };
}

/** The same without what is asked of the batch. */
export function addTokenInputs(graph: Graph): Omit<BatchInputs, 'targets'> {
  const tokenIds = graph.input(graphInputs.tokenIds, 'int32', ['tokens']);
  const positions = graph.input(graphInputs.positions, 'int64', ['tokens', 1]);
  const ends = graph.input(graphInputs.subtreeEnds, 'int32', ['rows', 'row_length']);
  const scoredTokens = graph.input(graphInputs.scoredTokens, 'int32', ['scored']);
  const rowShape = graph.apply('Shape', [ends], { name: 'row_shape' });
  return { tokenIds, positions, scoredTokens, rowShape, ancestors: ancestors(graph, ends, rowShape) };
}

/** Token j is token i or an ancestor of it exactly when j ≤ i < end(j), because trees are laid in depth-first order. */
function ancestors(graph: Graph, ends: Value, rowShape: Value): Value {
  const length = graph.apply('Gather', [rowShape, graph.integer(1)], { attributes: { axis: 0 }, shape: [] });
  const indices = graph.apply('Range', [graph.integer(0), length, graph.integer(1)], { shape: ['row_length'] });
  const token = graph.cast(indices, 'int32');
  const self = graph.unsqueeze(token, [0, 2]); // [1, row_length, 1]
  const other = graph.unsqueeze(token, [0, 1]); // [1, 1, row_length]
  const notLater = graph.apply('LessOrEqual', [other, self]); // [1, row_length, row_length]
  const insideSubtree = graph.apply('Greater', [graph.unsqueeze(ends, [1]), self]); // [rows, row_length, row_length]
  return graph.apply('And', [notLater, insideSubtree], { name: 'ancestors' });
}
