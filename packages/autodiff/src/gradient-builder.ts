/** Lays what rules are made of into a graph, and knows sizes without reading activations for them. */
import { internalError } from '@linchpin/errors';
import type { Dimension, Graph, OperatorName, Value } from '@linchpin/onnx';

/** Attributes and, where it cannot be inferred, the shape of a result. */
export interface LayOptions {
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
  readonly shape?: readonly Dimension[];
}

export class GradientBuilder {
  readonly graph: Graph;
  readonly #known = new Map<string, Value>();

  constructor(graph: Graph) {
    this.graph = graph;
  }

  lay(operator: OperatorName, inputs: readonly Value[], options: LayOptions = {}): Value {
    return this.graph.apply(operator, inputs, { ...options, name: `gradient:${operator}` });
  }

  /** What is laid once and read by several rules; it must not depend on an activation, which it would keep in memory. */
  shared(key: string, lay: () => Value): Value {
    const known = this.#known.get(key) ?? lay();
    this.#known.set(key, known);
    return known;
  }

  number(value: number): Value {
    return this.graph.float(value);
  }

  add(a: Value, b: Value): Value {
    return this.lay('Add', [a, b]);
  }

  subtract(a: Value, b: Value): Value {
    return this.lay('Sub', [a, b]);
  }

  multiply(a: Value, b: Value | number): Value {
    if (b === 1) return a;
    return this.lay('Mul', [a, typeof b === 'number' ? this.number(b) : b]);
  }

  divide(a: Value, b: Value): Value {
    return this.lay('Div', [a, b]);
  }

  negate(x: Value): Value {
    return this.lay('Neg', [x]);
  }

  square(x: Value): Value {
    return this.multiply(x, x);
  }

  /** `x` where the condition holds, elsewhere 0. */
  where(condition: Value, x: Value): Value {
    return this.lay('Where', [condition, x, this.number(0)]);
  }

  /** `x` where the condition does not hold, elsewhere 0. */
  unless(condition: Value, x: Value): Value {
    return this.lay('Where', [condition, this.number(0), x]);
  }

  /** Sums over one axis, which stays with size 1. */
  sumOver(x: Value, axis: number): Value {
    return this.#reduce('ReduceSum', x, axis);
  }

  meanOver(x: Value, axis: number): Value {
    return this.#reduce('ReduceMean', x, axis);
  }

  slice(x: Value, { axis, from, to }: { readonly axis: number; readonly from: number; readonly to: number }): Value {
    const { graph } = this;
    const places = [graph.integers([from]), graph.integers([to]), graph.integers([axis])];
    return this.lay('Slice', [x, ...places], { shape: x.shape.with(axis, to - from) });
  }

  concat(parts: readonly Value[], axis: number, shape?: readonly Dimension[]): Value {
    if (parts.length === 1) return parts[0]!;
    return this.lay('Concat', parts, { attributes: { axis }, ...(shape === undefined ? {} : { shape }) });
  }

  /** Zeros of the shape of a value; made behind another value, where they must not be kept from run to run as a constant. */
  zerosLike(x: Value, behind?: Value): Value {
    const sizes = this.shapeOf(x);
    const target = behind === undefined ? sizes : this.add(sizes, this.#zeroAfter([behind]));
    return this.lay('Expand', [this.number(0), target], { shape: x.shape });
  }

  /** The entries of `d` in the shape of `x`. */
  reshapeLike(d: Value, x: Value): Value {
    return this.reshape(d, x.shape, () => this.shapeOf(x));
  }

  /** The entries of `d` in a shape of which at most one size has no number, or in one that is asked for. */
  reshape(d: Value, shape: readonly Dimension[], run: () => Value): Value {
    const unknown = shape.filter((size) => typeof size !== 'number').length;
    // A size of 0 would mean "as in the input".
    const isPlain = unknown <= 1 && !shape.includes(0);
    const target = isPlain ? shape.map((size) => (typeof size === 'number' ? size : -1)) : run();
    return this.graph.reshape(d, target, shape);
  }

  /**
   * The sizes of a value: int64 [axes]. Sizes that have a name are read off an input of the graph that has it, too: the
   * Shape of an activation is computed late, and keeps it in memory until then.
   */
  shapeOf(x: Value): Value {
    const { graph } = this;
    const parts = x.shape.map((size) => this.#sizeByName(size));
    if (parts.includes(undefined)) return this.lay('Shape', [x], { shape: [x.shape.length] });
    if (parts.every((part) => typeof part === 'number')) return graph.integers(parts);
    const key = `shape ${x.shape.join(' ')}`;
    return this.shared(key, () =>
      this.concat(
        parts.map((part) => (typeof part === 'number' ? graph.integers([part]) : part!)),
        0,
      ),
    );
  }

  /** One size of a value: int64 [1]. */
  sizeOf(x: Value, axis: number): Value {
    const size = this.#sizeByName(x.shape[axis]!);
    if (typeof size === 'number') return this.graph.integers([size]);
    return size ?? this.graph.sizeAt(this.lay('Shape', [x], { shape: [x.shape.length] }), axis);
  }

  /** Sums what broadcasting repeated, so that the gradient has the shape of the operand. */
  unbroadcast(d: Value, x: Value): Value {
    const lead = d.shape.length - x.shape.length;
    // A size without a name may be 1, which only the run knows.
    const isKnown = x.shape.every((size, axis) => size !== '?' || d.shape[axis + lead] === 1);
    const axes = d.shape.flatMap((size, axis) => {
      const own = x.shape[axis - lead];
      return axis < lead || (own === 1 && size !== 1) ? [axis] : [];
    });
    if (isKnown && axes.length === 0) return { ...d, shape: x.shape };
    const shape = d.shape.map((_, axis) => (axis < lead ? 1 : x.shape[axis - lead]!));
    const over = isKnown ? this.graph.integers(axes) : this.#repeatedAxes(d, x);
    const sum = this.lay('ReduceSum', [d, over], { attributes: { keepdims: 1, noop_with_empty_axes: 1 }, shape });
    return lead === 0 ? { ...sum, shape: x.shape } : this.reshapeLike(sum, x);
  }

  /**
   * The same entries, but not before the others are computed: its shape is taken from them as well. onnxruntime runs nodes as
   * late as what reads them, so that what only outputs read comes last: the gradients of all weights would wait for the end
   * of the backward pass, and every activation with them. What is added to the shape is always 0, for NaN too, but that only
   * a run can tell.
   */
  after(x: Value, others: readonly Value[]): Value {
    return this.graph.reshape(x, this.add(this.shapeOf(x), this.#zeroAfter(others)), x.shape);
  }

  /** int64 [1] */
  #zeroAfter(others: readonly Value[]): Value {
    const { graph } = this;
    // A tensor without entries has no first one; the sum over none is 0 as well.
    const [start, end] = [graph.integers([0]), graph.integers([1])];
    const firsts = others.map((other) =>
      this.lay('Slice', [graph.reshape(other, [-1], ['?']), start, end, start], { shape: ['?'] }),
    );
    const all = this.concat(firsts, 0, ['?']);
    const never = graph.cast(this.lay('Less', [all, all]), 'int64', 'gradient:Cast');
    return this.lay('ReduceSum', [never, graph.integers([0])], { attributes: { keepdims: 1 }, shape: [1] });
  }

  /** The numbers of an int64 vector that is part of the graph. */
  constantIntegers(x: Value): readonly number[] {
    const data = this.graph.initializers.find(({ value }) => value.name === x.name)?.data;
    if (data === undefined || 'location' in data) throw internalError(`${x.name} is not known before the run`);
    return Array.from(new BigInt64Array(data.slice().buffer), Number);
  }

  #reduce(operator: 'ReduceSum' | 'ReduceMean', x: Value, axis: number): Value {
    const shape = x.shape.with(axis, 1);
    return this.lay(operator, [x, this.graph.integers([axis])], { attributes: { keepdims: 1 }, shape });
  }

  /** The axes along which x was repeated to become like d, as the run finds them: int64 [axes]. */
  #repeatedAxes(d: Value, x: Value): Value {
    const { graph } = this;
    const rank = d.shape.length;
    const ones = Array.from({ length: rank - x.shape.length }, () => 1);
    const parts = [...(ones.length === 0 ? [] : [graph.integers(ones)]), this.shapeOf(x)];
    const [own, whole] = [this.concat(parts, 0, [rank]), this.shapeOf(d)];
    const [isOne, isRepeated] = [own, whole].map((sizes) => this.lay('Equal', [sizes, graph.integer(1)]));
    const differs = this.lay('And', [isOne!, this.lay('Not', [isRepeated!])]);
    return graph.reshape(this.lay('NonZero', [differs]), [-1], ['?']);
  }

  #sizeByName(size: Dimension): Value | number | undefined {
    if (typeof size === 'number') return size;
    if (size === '?') return undefined;
    for (const input of this.graph.inputs) {
      const axis = input.shape.indexOf(size);
      if (axis < 0) continue;
      const shape = (): Value => this.lay('Shape', [input], { shape: [input.shape.length] });
      return this.shared(`size ${size}`, () => this.graph.sizeAt(shape(), axis));
    }
    return undefined;
  }
}
