/** What a run of a step graph is fed with: the next tokens of one sequence. */
import type { Graph, Value } from '@linchpin/onnx';
import { stepInputs } from '@linchpin/plugin-api';

export interface StepInputs {
  readonly tokenIds: Value; // int32 [tokens]
  readonly positions: Value; // int64 [tokens, 1]
  readonly lastToken: Value; // int64 [1]: an index that counts from the end
  readonly rowShape: Value; // int64 [2] = [1, tokens]
  /** int64 [2] = [1, keys]: the tokens of the whole sequence. */
  readonly keyShape: Value;
  /** Token i looks at every token that is not behind it: bool [1, tokens, keys]. */
  readonly visible: Value;
  /** As those of AttentionScope. */
  readonly queryPositions: () => Value;
  readonly keyPositions: () => Value;
}

export function addStepInputs(graph: Graph): StepInputs {
  const tokenIds = graph.input(stepInputs.tokenIds, 'int32', ['tokens']);
  const positions = graph.input(stepInputs.positions, 'int64', ['tokens', 1]);
  const lastToken = graph.integers([-1]);
  const last = graph.apply('Gather', [positions, lastToken], { attributes: { axis: 0 } }); // [1, 1]
  const keys = graph.reshape(graph.apply('Add', [last, graph.integer(1)]), [1], [1]);
  const count = graph.reshape(keys, [], []);
  const key = graph.apply('Range', [graph.integer(0), count, graph.integer(1)], { shape: ['keys'] });
  const one = graph.integers([1]);
  return {
    tokenIds,
    positions,
    lastToken,
    rowShape: graph.apply('Concat', [one, graph.apply('Shape', [tokenIds])], {
      attributes: { axis: 0 },
      name: 'row_shape',
    }),
    keyShape: graph.apply('Concat', [one, keys], { attributes: { axis: 0 }, name: 'key_shape' }),
    queryPositions: () => graph.reshape(positions, [1, -1], [1, 'tokens']),
    keyPositions: () => graph.unsqueeze(key, [0]),
    visible: graph.unsqueeze(graph.apply('LessOrEqual', [key, positions], { name: 'visible' }), [0]),
  };
}
