/**
 * Gradient of attention, whose probabilities are computed again: of a block of queries they are small, and the operator gives
 * none. Heads that share a key lie behind each other as rows of one product, so that nothing is broadcast.
 */
import { internalError } from '@linchpin/errors';
import type { Dimension, Value } from '@linchpin/onnx';
import type { GradientBuilder } from '../gradient-builder.ts';
import { type GradientRule, numberOf, type RuleContext, ruleOfOne } from '../rule.ts';

export const attention: GradientRule = ruleOfOne((context, dy) => {
  const { builder, inputs, outputs, wants } = context;
  const layout = layoutOf(context);
  const [query, key, value, bias] = inputs;
  const heads = new Heads(builder, layout);
  // Nothing but forward values leads to the probabilities: without a gate those of many layers are computed, and kept, early.
  const [q, k] = [heads.ofQueries(builder.after(query!, [dy])), heads.ofKeys(key!)];
  const [v, d] = [heads.ofKeys(value!), heads.ofQueries(dy)];
  const { probabilities, slope } = heads.probabilities(q, k, bias);
  // The rows' sums of probabilities · their gradients are those of outputs · their gradients.
  const sums = builder.sumOver(heads.ofQueries(builder.multiply(dy, outputs[0]!)), 3);
  const ofProbabilities = product(builder, [d, v], { transB: 1 }, probabilities.shape);
  const ofCapped = builder.multiply(probabilities, builder.subtract(ofProbabilities, sums));
  const ofScores = slope === undefined ? ofCapped : builder.multiply(ofCapped, slope);
  const { scale } = layout;
  return [
    wants[0] ? heads.toQueries(product(builder, [ofScores, k], { alpha: scale }, q.shape), query!) : undefined,
    wants[1] ? heads.toKeys(product(builder, [ofScores, q], { transA: 1, alpha: scale }, k.shape)) : undefined,
    wants[2] ? heads.toKeys(product(builder, [probabilities, d], { transA: 1 }, v.shape)) : undefined,
    ...(bias === undefined ? [] : [wants[3] ? heads.toBias(ofCapped, bias) : undefined]),
  ];
});

interface Layout {
  readonly rows: Dimension;
  readonly queries: Dimension;
  readonly keys: Dimension;
  readonly keyHeads: number;
  /** Query heads a key head. */
  readonly shared: number;
  readonly headSize: number;
  readonly scale: number;
  readonly cap: number;
  /** int64 [1] each. */
  readonly rowCount: Value;
  readonly queryCount: Value;
  readonly keyCount: Value;
}

function layoutOf({ builder, node, inputs }: RuleContext): Layout {
  const [query, key, value] = inputs as readonly [Value, Value, Value];
  if (query.shape.length !== 3) throw internalError('Attention over operands that do not have three axes');
  const heads = numberOf(node, 'q_num_heads', 0);
  const keyHeads = numberOf(node, 'kv_num_heads', 0);
  const headSize = (query.shape[2] as number) / heads;
  if ((value.shape[2] as number) / keyHeads !== headSize) throw internalError('Attention with values of another size');
  return {
    rows: query.shape[0]!,
    queries: query.shape[1]!,
    keys: key.shape[1]!,
    keyHeads,
    shared: heads / keyHeads,
    headSize,
    scale: numberOf(node, 'scale', 1 / Math.sqrt(headSize)),
    cap: numberOf(node, 'softcap', 0),
    rowCount: builder.sizeOf(query, 0),
    queryCount: builder.sizeOf(query, 1),
    keyCount: builder.sizeOf(key, 1),
  };
}

class Heads {
  readonly #builder: GradientBuilder;
  readonly #layout: Layout;

  constructor(builder: GradientBuilder, layout: Layout) {
    this.#builder = builder;
    this.#layout = layout;
  }

  /** [rows, queries, heads · headSize] → [rows, keyHeads, shared · queries, headSize] */
  ofQueries(x: Value): Value {
    const { graph } = this.#builder;
    const { rows, queries, keyHeads, shared, headSize } = this.#layout;
    const apart = graph.reshape(x, [0, 0, keyHeads, shared, headSize], [rows, queries, keyHeads, shared, headSize]);
    return graph.reshape(graph.transpose(apart, [0, 2, 3, 1, 4]), [0, 0, -1, headSize], this.#folded(headSize));
  }

  /** The way back. */
  toQueries(x: Value, query: Value): Value {
    const { graph } = this.#builder;
    const { rows, queries, keyHeads, shared, headSize, rowCount, queryCount } = this.#layout;
    const apart = [rowCount, graph.integers([keyHeads, shared]), queryCount, graph.integers([headSize])];
    const target = this.#builder.concat(apart, 0);
    const unfolded = graph.reshape(x, target, [rows, keyHeads, shared, queries, headSize]);
    return graph.reshape(graph.transpose(unfolded, [0, 3, 1, 2, 4]), [0, 0, query.shape[2] as number], query.shape);
  }

  /** [rows, keys, keyHeads · headSize] → [rows, keyHeads, keys, headSize] */
  ofKeys(x: Value): Value {
    const { graph } = this.#builder;
    const { rows, keys, keyHeads, headSize } = this.#layout;
    const apart = graph.reshape(x, [0, 0, keyHeads, headSize], [rows, keys, keyHeads, headSize]);
    return graph.transpose(apart, [0, 2, 1, 3]);
  }

  /** The way back. */
  toKeys(x: Value): Value {
    const { graph } = this.#builder;
    const { rows, keys, keyHeads, headSize } = this.#layout;
    const width = keyHeads * headSize;
    return graph.reshape(graph.transpose(x, [0, 2, 1, 3]), [0, 0, width], [rows, keys, width]);
  }

  /**
   * softmax(cap(scale · q · kᵀ) + bias): [rows, keyHeads, shared · queries, keys], and where scores are capped the derivative
   * of the cap. The cap is applied before the bias, so that minus infinity stays what it is.
   */
  probabilities(q: Value, k: Value, bias: Value | undefined): { probabilities: Value; slope?: Value } {
    const builder = this.#builder;
    const { keys, scale, cap } = this.#layout;
    const folded = this.#folded(keys);
    const scores = product(builder, [q, k], { transB: 1, alpha: scale }, folded);
    const bounded = cap === 0 ? undefined : builder.lay('Tanh', [builder.multiply(scores, 1 / cap)]);
    const capped = bounded === undefined ? scores : builder.multiply(bounded, cap);
    const biased = bias === undefined ? capped : this.#fold(builder.add(this.#unfold(capped), this.#byKeyHead(bias)));
    const probabilities = builder.lay('Softmax', [biased], { attributes: { axis: -1 } });
    if (bounded === undefined) return { probabilities };
    return { probabilities, slope: builder.subtract(builder.number(1), builder.square(bounded)) };
  }

  /** Of scores by key head to that of what was added to them, by head or to all heads. */
  toBias(ofScores: Value, bias: Value): Value {
    const summed = this.#builder.unbroadcast(this.#unfold(ofScores), this.#byKeyHead(bias));
    return this.#builder.reshapeLike(summed, bias);
  }

  #folded(last: Dimension): Dimension[] {
    const { rows, keyHeads, shared, queries } = this.#layout;
    const together = typeof queries === 'number' ? shared * queries : shared === 1 ? queries : '?';
    return [rows, keyHeads, together, last];
  }

  /** [rows, keyHeads, shared · queries, keys] → [rows, keyHeads, shared, queries, keys] */
  #unfold(scores: Value): Value {
    const { graph } = this.#builder;
    const { rows, keyHeads, shared, queries, keys, rowCount, queryCount, keyCount } = this.#layout;
    const sizes = [rowCount, graph.integers([keyHeads, shared]), queryCount, keyCount];
    const key = `scores ${sizes.map(({ name }) => name).join(' ')}`;
    const target = this.#builder.shared(key, () => this.#builder.concat(sizes, 0));
    return graph.reshape(scores, target, [rows, keyHeads, shared, queries, keys]);
  }

  #fold(scores: Value): Value {
    const { graph } = this.#builder;
    const { keyHeads, keys, rowCount, keyCount } = this.#layout;
    const sizes = [rowCount, graph.integers([keyHeads, -1]), keyCount];
    const key = `folded ${sizes.map(({ name }) => name).join(' ')}`;
    return graph.reshape(
      scores,
      this.#builder.shared(key, () => this.#builder.concat(sizes, 0)),
      this.#folded(keys),
    );
  }

  /** [rows, 1 or heads, queries, keys] → [rows, 1 or keyHeads, 1 or shared, queries, keys] */
  #byKeyHead(bias: Value): Value {
    const { graph } = this.#builder;
    const [rows, heads, queries, keys] = bias.shape as [Dimension, Dimension, Dimension, Dimension];
    if (heads === 1) return graph.unsqueeze(bias, [1]);
    const { keyHeads, shared } = this.#layout;
    const sizes = [
      this.#builder.sizeOf(bias, 0),
      graph.integers([keyHeads, shared]),
      ...[2, 3].map((axis) => this.#builder.sizeOf(bias, axis)),
    ];
    return graph.reshape(bias, this.#builder.concat(sizes, 0), [rows, keyHeads, shared, queries, keys]);
  }
}

function product(
  builder: GradientBuilder,
  operands: readonly Value[],
  attributes: { readonly transA?: 1; readonly transB?: 1; readonly alpha?: number },
  shape: readonly Dimension[],
): Value {
  return builder.lay('FusedMatMul', operands, { attributes, shape });
}
