/** Attention along prefix trees: plain MatMul, Softmax, MatMul under an additive mask; queries may share keys (GQA). */
import type { Graph, Value } from '@linchpin/onnx';
import type { AttentionOptions } from '@linchpin/plugin-api';
import type { BatchInputs } from './batch-inputs.ts';

/** 0 where token i may look at token j, minus infinity elsewhere: float32 [rows, 1, 1, row_length, row_length]. */
export function attentionBias(graph: Graph, batch: BatchInputs): Value {
  const bias = graph.apply('Where', [batch.ancestors, graph.float(0), graph.float(-Infinity)], {
    name: 'attention_bias',
  });
  return graph.unsqueeze(bias, [1, 2]);
}

/** query [tokens, heads · headSize], key and value [tokens, keyValueHeads · headSize] → [tokens, heads · headSize]. */
export function treeAttention(graph: Graph, inputs: AttentionInputs, options: AttentionOptions): Value {
  const { heads, keyValueHeads, headSize } = options;
  const shared = heads / keyValueHeads;
  const scale = graph.float(options.scale ?? 1 / Math.sqrt(headSize));
  const shape = graph.apply('Concat', [inputs.rowShape, graph.integers([keyValueHeads, shared, headSize])], {
    attributes: { axis: 0 },
  });
  const single = graph.apply('Concat', [inputs.rowShape, graph.integers([keyValueHeads, 1, headSize])], {
    attributes: { axis: 0 },
  });
  const fold = (x: Value, into: Value, each: number): Value =>
    graph.reshape(x, into, ['rows', 'row_length', keyValueHeads, each, headSize]);

  const query = graph.transpose(fold(graph.apply('Mul', [inputs.query, scale]), shape, shared), [0, 2, 3, 1, 4]);
  const key = graph.transpose(fold(inputs.key, single, 1), [0, 2, 3, 4, 1]); // [rows, keyValueHeads, 1, headSize, row_length]
  const value = graph.transpose(fold(inputs.value, single, 1), [0, 2, 3, 1, 4]);
  const scores = graph.apply('Add', [graph.apply('MatMul', [query, key]), inputs.bias]);
  const weights = graph.apply('Softmax', [scores], { attributes: { axis: -1 } });
  const mixed = graph.transpose(graph.apply('MatMul', [weights, value]), [0, 3, 1, 2, 4]);
  return graph.reshape(mixed, [-1, heads * headSize], ['tokens', heads * headSize]);
}

export interface AttentionInputs {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly bias: Value;
  readonly rowShape: Value;
}
