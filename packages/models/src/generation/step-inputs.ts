/** What a run of a step graph is fed with: the next tokens of sequences, some of which share a row. */
import type { Dimension, Graph, Value } from '@linchpin/onnx';
import { stepInputs } from '@linchpin/plugin-api';

export interface StepInputs {
  readonly tokenIds: Value; // int32 [tokens]
  readonly positions: Value; // int64 [tokens, 1]
  readonly scoredTokens: Value; // int32 [scored]
  readonly rowShape: Value; // int64 [2] = [rows, row_length]
  /** int64 [2] = [rows, keys] */
  readonly keyShape: () => Value;
  readonly visible: Value; // bool [rows, row_length, keys]
  /** As those of AttentionScope. */
  readonly queryPositions: () => Value;
  readonly keyPositions: () => Value;
}

/** `keys` is the size of the axis of the keys: another one than that of the tokens where keys of tokens before are kept. */
export function addStepInputs(graph: Graph, keys: Dimension): StepInputs {
  const tokenIds = graph.input(stepInputs.tokenIds, 'int32', ['tokens']);
  const positions = graph.input(stepInputs.positions, 'int64', ['tokens', 1]);
  const visible = graph.input(stepInputs.visible, 'bool', ['rows', 'row_length', keys]);
  const keyPositions = graph.input(stepInputs.keyPositions, 'int64', ['rows', keys]);
  const scoredTokens = graph.input(stepInputs.scoredTokens, 'int32', ['scored']);
  const sizes = graph.apply('Shape', [visible]);
  const sizesAt = (axes: readonly [number, number], name: string): Value =>
    graph.apply('Gather', [sizes, graph.integers([...axes])], { attributes: { axis: 0 }, name });
  const rowShape = sizesAt([0, 1], 'row_shape');
  const keyShape = sizesAt([0, 2], 'key_shape');
  return {
    tokenIds,
    positions,
    scoredTokens,
    rowShape,
    keyShape: () => keyShape,
    visible,
    queryPositions: () => graph.reshape(positions, rowShape, ['rows', 'row_length']),
    keyPositions: () => keyPositions,
  };
}
