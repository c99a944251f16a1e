/** Small graphs of random shapes around one operator, for whoever evaluates or differentiates operators. */
import { type Dimension, type ElementType, Graph, type OperatorName, type Value } from '@linchpin/onnx';
import type { Tensor } from '@linchpin/testing';

export interface OperatorCase {
  /** What is special about it; each operator's cases differ in it. */
  readonly name: string;
  readonly operator: OperatorName;
  /** Gives what the operator computes: float32 values. */
  readonly lay: (builder: CaseBuilder) => Value | readonly Value[];
}

/** A size, or one that only a run knows, by a name. */
export type CaseSize = number | readonly [name: string, size: number];

export interface Range {
  readonly from?: number;
  readonly to?: number;
}

export class CaseBuilder {
  readonly graph: Graph = new Graph();
  readonly feeds: Record<string, Tensor> = {};
  /** float32 inputs, with respect to which the outputs are differentiable. */
  readonly variables: Value[] = [];
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Evenly distributed, −1 to 1 when nothing is said. */
  variable(shape: readonly CaseSize[], range: Range = {}): Value {
    const value = this.constant(shape, range);
    this.variables.push(value);
    return value;
  }

  /** The same, but nobody asks for its gradient. */
  constant(shape: readonly CaseSize[], { from = -1, to = 1 }: Range = {}): Value {
    return this.#input('float32', shape, () => from + (to - from) * this.random());
  }

  /** As a condition: bool. */
  condition(shape: readonly CaseSize[]): Value {
    return this.#input('bool', shape, () => Number(this.random() < 0.5));
  }

  /** From 0 to below a limit. */
  indices(shape: readonly CaseSize[], limit: number, type: 'int64' | 'int32' = 'int64'): Value {
    return this.#input(type, shape, () => Math.floor(this.random() * limit));
  }

  /** int64, given one by one. */
  integers(shape: readonly CaseSize[], values: readonly number[]): Value {
    let next = 0;
    return this.#input('int64', shape, () => values[next++]!);
  }

  /** A whole number between two, both included. */
  size(least = 2, most = 4): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** All numbers below a limit, in another order. */
  shuffled(limit: number): number[] {
    const keys = Array.from({ length: limit }, () => this.random());
    return [...keys.keys()].toSorted((a, b) => keys[a]! - keys[b]!);
  }

  /** mulberry32: from 0 to below 1. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  #input(type: ElementType, sizes: readonly CaseSize[], draw: () => number): Value {
    const shape = sizes.map((size) => (typeof size === 'number' ? size : size[1]));
    const dimensions: Dimension[] = sizes.map((size) => (typeof size === 'number' ? size : size[0]));
    const name = `x${Object.keys(this.feeds).length}`;
    // What is fed is float32, so that every engine is given the same.
    this.feeds[name] = {
      shape,
      data: Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () =>
        Math.fround(draw()),
      ),
    };
    return this.graph.input(name, type, dimensions);
  }
}

/** Of an output. */
const mostEntries = 1000;

export interface LaidCase {
  readonly builder: CaseBuilder;
  /** Σ output · a random number: float32 []. */
  readonly loss: Value;
}

/** A case with a number behind it that depends on every entry of its outputs. */
export function layCase({ lay }: OperatorCase, seed: number): LaidCase {
  const builder = new CaseBuilder(seed);
  const laid = lay(builder);
  const { graph } = builder;
  const outputs = 'name' in laid ? [laid] : laid;
  const sums = outputs.map((output, index) => {
    const flat = graph.reshape(output, [-1], [`entries_${index}`]);
    const count = graph.apply('Shape', [flat]);
    const numbers = Float32Array.from({ length: mostEntries }, () => 2 * builder.random() - 1);
    const all = graph.tensor(`weights_${index}`, 'float32', [mostEntries], numbers);
    const weights = graph.apply('Slice', [all, graph.integers([0]), count, graph.integers([0])], { shape: flat.shape });
    return graph.apply('ReduceSum', [graph.apply('Mul', [flat, weights])], { attributes: { keepdims: 0 } });
  });
  return { builder, loss: sums.reduce((sum, each) => graph.apply('Add', [sum, each])) };
}
