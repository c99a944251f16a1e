/** Attention along prefix trees: softmax of scores under an additive mask, block by block; queries may share keys (GQA). */
import type { Dimension, Graph, Value } from '@linchpin/onnx';
import type { AttentionOptions } from '@linchpin/plugin-api';
import type { AttendedKeys } from './attention-scope.ts';
import type { AttentionBlock } from './attention-blocks.ts';
import { biasAxes } from './attention-bias.ts';

/**
 * query [tokens, heads · headSize], key and value [rows · keys, keyValueHeads · headSize] → [tokens, heads · headSize], by the
 * operator that computes scores, softmax and mixture a head at a time, so that scores stay in the cache.
 */
export function treeAttention(graph: Graph, inputs: AttentionInputs, options: AttentionOptions): Value {
  const { heads, keyValueHeads, headSize, softCap } = options;
  const [rows, rowLength, keys] = biasAxes(inputs.bias);
  const fold = (x: Value, shape: Value, length: Dimension): Value =>
    foldRows(graph, x, { shape, named: [rows, length] });
  const { before } = inputs;
  const query = fold(inputs.query, inputs.rowShape, rowLength);
  const [key, value] = [inputs.key, inputs.value].map((x) =>
    before === undefined ? fold(x, inputs.keyShape(), keys) : fold(x, inputs.rowShape, rowLength),
  ) as [Value, Value];
  const attributes = {
    q_num_heads: heads,
    kv_num_heads: keyValueHeads,
    scale: scaleOf(options),
    ...(softCap === undefined ? {} : { softcap: softCap }),
  };
  const mixed = inputs.blocks.map((block) =>
    graph.apply(
      'Attention',
      [
        block.tokens(query, 1),
        following(graph, before?.key, block.keys(key, 1)),
        following(graph, before?.value, block.keys(value, 1)),
        block.bias,
      ],
      { attributes },
    ),
  );
  const joined = mixed.length === 1 ? mixed[0]! : joinBlocks(graph, mixed, inputs.rowShape);
  return graph.reshape(joined, [-1, heads * headSize], ['tokens', heads * headSize]);
}

/** Whether keys or values are [rows, keyValueHeads, keys, headSize], and not [rows · keys, keyValueHeads · headSize]. */
export function isByHead(keys: Value): boolean {
  return keys.shape.length === 4;
}

/** The same over keys and values that are kept by head, which costs no copy of them. */
export function headwiseAttention(graph: Graph, inputs: QueriesAndKeys, options: AttentionOptions): Value {
  const { heads, headSize, softCap } = options;
  const [rows, rowLength] = biasAxes(inputs.bias);
  const query = byHead(graph, inputs.query, {
    rowShape: inputs.rowShape,
    sizes: [heads, headSize],
    named: [rows, rowLength],
  });
  const attributes = { scale: scaleOf(options), ...(softCap === undefined ? {} : { softcap: softCap }) };
  const mixed = graph.apply('Attention', [query, inputs.key, inputs.value, inputs.bias], { attributes });
  return graph.reshape(graph.transpose(mixed, [0, 2, 1, 3]), [-1, heads * headSize], ['tokens', heads * headSize]);
}

export interface HeadLayout {
  readonly rowShape: Value; // int64 [2] = [rows, row_length]
  /** Heads, and channels of each. */
  readonly sizes: readonly [number, number];
  /** Rows, and tokens of each. */
  readonly named: readonly [Dimension, Dimension];
}

/** [tokens, heads · headSize] → [rows, heads, row_length, headSize]. */
export function byHead(graph: Graph, x: Value, { rowShape, sizes, named }: HeadLayout): Value {
  const folded = graph.apply('Concat', [rowShape, graph.integers(sizes)], { attributes: { axis: 0 } });
  return graph.transpose(graph.reshape(x, folded, [...named, ...sizes]), [0, 2, 1, 3]);
}

/** [rows, heads, keys, headSize] → [rows · keys, heads · headSize]; what has this shape stays as it is. */
function byToken(graph: Graph, x: Value): Value {
  if (!isByHead(x)) return x;
  const width = (x.shape[1] as number) * (x.shape[3] as number);
  return graph.reshape(graph.transpose(x, [0, 2, 1, 3]), [-1, width], ['keys', width]);
}

/** [rows · length, width] → [rows, length, width]; `shape` is int64 [2]. */
function foldRows(
  graph: Graph,
  x: Value,
  { shape, named }: { readonly shape: Value; readonly named: readonly [Dimension, Dimension] },
): Value {
  const width = x.shape[1] as number;
  const folded = graph.apply('Concat', [shape, graph.integers([width])], { attributes: { axis: 0 } });
  return graph.reshape(x, folded, [...named, width]);
}

/** Keys of a row behind those that stand before them: [rows, keys, width]. */
function following(graph: Graph, before: Value | undefined, x: Value): Value {
  if (before === undefined) return x;
  return graph.apply('Concat', [before, x], { attributes: { axis: 1 }, shape: x.shape.with(1, '?') });
}

/** The tokens of a row without the copies of its last one that blocks may end with. */
function joinBlocks(graph: Graph, blocks: readonly Value[], rowShape: Value): Value {
  const all = graph.apply('Concat', blocks, { attributes: { axis: 1 } });
  const bounds = [graph.integers([0]), graph.sizeAt(rowShape, 1)];
  return graph.apply('Slice', [all, ...bounds, graph.integers([1])], { shape: all.shape });
}

/** The same by plain operators, all keys at once, so that the probabilities can be looked at and changed. */
export function plainAttention(graph: Graph, inputs: PlainAttentionInputs, options: AttentionOptions): Value {
  const { heads, keyValueHeads, headSize } = options;
  const shared = heads / keyValueHeads;
  const shape = graph.apply('Concat', [inputs.rowShape, graph.integers([keyValueHeads, shared, headSize])], {
    attributes: { axis: 0 },
  });
  const single = graph.apply('Concat', [inputs.keyShape(), graph.integers([keyValueHeads, 1, headSize])], {
    attributes: { axis: 0 },
  });
  const [rows, rowLength, keys] = biasAxes(inputs.bias);
  const fold = (x: Value): Value => foldRows(graph, x, { shape: inputs.rowShape, named: [rows, rowLength] });
  const foldQuery = (x: Value): Value => graph.reshape(x, shape, [rows, rowLength, keyValueHeads, shared, headSize]);
  const foldKey = (x: Value, before: Value | undefined): Value =>
    graph.reshape(before === undefined ? x : following(graph, before, fold(x)), single, [
      rows,
      keys,
      keyValueHeads,
      1,
      headSize,
    ]);

  const scaled = graph.apply('Mul', [inputs.query, graph.float(scaleOf(options))]);
  const query = graph.transpose(foldQuery(scaled), [0, 2, 3, 1, 4]);
  const key = graph.transpose(foldKey(byToken(graph, inputs.key), inputs.before?.key), [0, 2, 3, 4, 1]); // [rows, keyValueHeads, 1, headSize, keys]
  const value = graph.transpose(foldKey(byToken(graph, inputs.value), inputs.before?.value), [0, 2, 3, 1, 4]);
  const products = capped(graph, graph.apply('MatMul', [query, key]), options);
  const scores = graph.apply('Add', [products, biasByKeyHead(graph, inputs, keyValueHeads)]);
  // [rows, keyValueHeads, heads a key, row_length, keys]
  const weights = inputs.weightsSite(graph.apply('Softmax', [scores], { attributes: { axis: -1 } }));
  const mixed = graph.transpose(graph.apply('MatMul', [weights, value]), [0, 3, 1, 2, 4]);
  return graph.reshape(mixed, [-1, heads * headSize], ['tokens', heads * headSize]);
}

/** [rows, 1 or keyValueHeads, 1 or heads a key, row_length, keys] */
function biasByKeyHead(graph: Graph, { bias, rowShape, keyShape }: PlainAttentionInputs, keyValueHeads: number): Value {
  const heads = bias.shape[1];
  if (heads === 1) return graph.unsqueeze(bias, [1]);
  const shared = (heads as number) / keyValueHeads;
  const sizes = [graph.sizeAt(rowShape, 0), graph.integers([keyValueHeads, shared]), graph.sizeAt(rowShape, 1)];
  const shape = graph.apply('Concat', [...sizes, graph.sizeAt(keyShape(), 1)], { attributes: { axis: 0 } });
  const [rows, rowLength, keys] = biasAxes(bias);
  return graph.reshape(bias, shape, [rows, keyValueHeads, shared, rowLength, keys]);
}

function scaleOf({ scale, headSize }: AttentionOptions): number {
  return scale ?? 1 / Math.sqrt(headSize);
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

interface QueriesAndKeys extends AttendedKeys {
  readonly query: Value;
  /** Added to the scores: [rows, 1 or heads, row_length, keys]. */
  readonly bias: Value;
  readonly rowShape: Value;
  /** int64 [2] = [rows, keys] */
  readonly keyShape: () => Value;
}

export interface AttentionInputs extends QueriesAndKeys {
  /** In the order of their tokens. */
  readonly blocks: readonly AttentionBlock[];
}

export interface PlainAttentionInputs extends QueriesAndKeys {
  /** Names the probabilities, so that they can be looked at; gives back what goes on. */
  weightsSite(weights: Value): Value;
}
