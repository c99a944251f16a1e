/** Attention along prefix trees: plain MatMul, Softmax, MatMul under an additive mask, block by block; queries may share keys (GQA). */
import type { Dimension, Graph, Value } from '@linchpin/onnx';
import type { AttentionOptions } from '@linchpin/plugin-api';
import type { AttentionBlock } from './attention-blocks.ts';
import type { BatchInputs } from './batch-inputs.ts';

/** What the tokens of a run attend to. */
export interface AttentionScope {
  /** Who may look at whom: bool [rows, row_length, keys]. */
  readonly visible: Value;
  readonly rowShape: Value; // int64 [2] = [rows, row_length]
  readonly keyShape: Value; // int64 [2] = [rows, keys]
  /** The keys are those of the row's tokens, and no token looks at one that lies behind it. */
  readonly keysFollowTokens: boolean;
  /** Positions of the tokens: int64 [rows, row_length]. */
  queryPositions(): Value;
  /** Positions of the keys: int64 [rows, keys]. */
  keyPositions(): Value;
  /** The keys and values that one call attends to, each [rows · keys, width], from those of the tokens. */
  extend(key: Value, value: Value): KeysAndValues;
}

export interface KeysAndValues {
  readonly key: Value;
  readonly value: Value;
}

/** The batch by itself: every token looks at its ancestors. */
export function withinBatch(graph: Graph, { ancestors, rowShape, positions }: BatchInputs): AttentionScope {
  const folded = (): Value => graph.reshape(positions, rowShape, ['rows', 'row_length']);
  return {
    visible: ancestors,
    rowShape,
    keyShape: rowShape,
    keysFollowTokens: true,
    queryPositions: folded,
    keyPositions: folded,
    extend: (key, value) => ({ key, value }),
  };
}

/** query [tokens, heads · headSize], key and value [rows · keys, keyValueHeads · headSize] → [tokens, heads · headSize]. */
export function treeAttention(graph: Graph, inputs: AttentionInputs, options: AttentionOptions): Value {
  const { heads, keyValueHeads, headSize } = options;
  const shared = heads / keyValueHeads;
  const scale = graph.float(options.scale ?? 1 / Math.sqrt(headSize));
  const shape = graph.apply('Concat', [inputs.rowShape, graph.integers([keyValueHeads, shared, headSize])], {
    attributes: { axis: 0 },
  });
  const single = graph.apply('Concat', [inputs.keyShape, graph.integers([keyValueHeads, 1, headSize])], {
    attributes: { axis: 0 },
  });
  const [rows, rowLength, keys] = inputs.axes;
  const foldQuery = (x: Value): Value => graph.reshape(x, shape, [rows, rowLength, keyValueHeads, shared, headSize]);
  const foldKey = (x: Value): Value => graph.reshape(x, single, [rows, keys, keyValueHeads, 1, headSize]);

  const query = graph.transpose(foldQuery(graph.apply('Mul', [inputs.query, scale])), [0, 2, 3, 1, 4]);
  const key = graph.transpose(foldKey(inputs.key), [0, 2, 3, 4, 1]); // [rows, keyValueHeads, 1, headSize, keys]
  const value = graph.transpose(foldKey(inputs.value), [0, 2, 3, 1, 4]);
  const blocks = inputs.blocks.map((block) => {
    const products = graph.apply('MatMul', [block.tokens(query, 3), block.keys(key, 4)]);
    const scores = graph.apply('Add', [capped(graph, products, options), block.bias]);
    // [rows, keyValueHeads, heads a key, row_length, keys]
    const weights = inputs.weightsSite(graph.apply('Softmax', [scores], { attributes: { axis: -1 } }));
    return graph.apply('MatMul', [weights, block.keys(value, 3)]);
  });
  const joined = blocks.length === 1 ? blocks[0]! : graph.apply('Concat', blocks, { attributes: { axis: 3 } });
  const mixed = graph.transpose(joined, [0, 3, 1, 2, 4]);
  return graph.reshape(mixed, [-1, heads * headSize], ['tokens', heads * headSize]);
}

function capped(graph: Graph, scores: Value, { softCap }: Pick<AttentionOptions, 'softCap'>): Value {
  return softCap === undefined ? scores : softCapped(graph, scores, { cap: softCap });
}

/** cap · tanh(x / cap): near x where that is small, and never beyond the cap. */
export function softCapped(
  graph: Graph,
  x: Value,
  { cap, name }: { readonly cap: number; readonly name?: string },
): Value {
  const bounded = graph.apply('Tanh', [graph.apply('Div', [x, graph.float(cap)])]);
  return graph.apply('Mul', [bounded, graph.float(cap)], name === undefined ? {} : { name });
}

export interface AttentionInputs {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Of the bias: [rows, row_length, keys]. */
  readonly axes: readonly [Dimension, Dimension, Dimension];
  /** In the order of their tokens. */
  readonly blocks: readonly AttentionBlock[];
  readonly rowShape: Value;
  readonly keyShape: Value;
  /** Names the probabilities, so that they can be looked at; gives back what goes on. */
  weightsSite(weights: Value): Value;
}
