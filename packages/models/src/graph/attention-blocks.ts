/**
 * Attention by blocks of a row's tokens, each with the keys that one of them may look at: what lies behind the block
 * belongs to tokens that come later, and what lies before its first tree to other questions. Four blocks measured best
 * (EXPERIMENTS.md); shorter ones save more pairs and lose it to smaller products.
 */
import type { Dimension, Graph, Value } from '@linchpin/onnx';
import type { AttentionScope } from './attention.ts';
import { biasAxes } from './attention-bias.ts';

const blockCount = 4;

export interface AttentionBlock {
  /** What is added to the block's scores: [rows, …, tokens of the block, keys of the block]. */
  readonly bias: Value;
  /** Takes the block's tokens out of all of a row's, which lie along `axis`. */
  tokens(x: Value, axis: number): Value;
  /** Takes the block's keys out of all of a row's, which lie along `axis`. */
  keys(x: Value, axis: number): Value;
}

/** All tokens of a row and all keys. */
export function wholeRow(bias: Value): AttentionBlock {
  return { bias, tokens: (x) => x, keys: (x) => x };
}

/** Blocks of one graph: layers of the same bias share what is sliced of it. */
export class AttentionBlocks {
  readonly #graph: Graph;
  readonly #scope: Pick<AttentionScope, 'rowShape' | 'keysFollowTokens'>;
  readonly #blocks = new Map<string, readonly AttentionBlock[]>();
  #ends: readonly Value[] | undefined;

  constructor(graph: Graph, scope: Pick<AttentionScope, 'rowShape' | 'keysFollowTokens'>) {
    this.#graph = graph;
    this.#scope = scope;
  }

  /** The blocks under a bias, in the order of their tokens; one that holds everything where keys are not the row's tokens. */
  under(bias: Value): readonly AttentionBlock[] {
    if (!this.#scope.keysFollowTokens) return [wholeRow(bias)];
    const known = this.#blocks.get(bias.name);
    if (known !== undefined) return known;
    const firstKeys = this.#firstKeys(bias);
    const ends = (this.#ends ??= this.#blockEnds());
    const blocks = ends.map((end, index): AttentionBlock => {
      const start = ends[index - 1] ?? this.#graph.integers([0]);
      const firstKey = index === 0 ? start : this.#least(firstKeys, start);
      const tokens = (x: Value, axis: number): Value => this.#slice(x, [start, end], axis);
      const keys = (x: Value, axis: number): Value => this.#slice(x, [firstKey, end], axis);
      return { bias: keys(tokens(bias, 3), 4), tokens, keys };
    });
    this.#blocks.set(bias.name, blocks);
    return blocks;
  }

  /** Where each block ends: int64 [1]. A block of a row with fewer tokens than blocks may be empty. */
  #blockEnds(): Value[] {
    const graph = this.#graph;
    const length = graph.apply('Slice', [this.#scope.rowShape, graph.integers([1]), graph.integers([2])], {
      shape: [1],
    });
    return Array.from({ length: blockCount }, (_, index) => {
      const parts = graph.apply('Mul', [length, graph.integers([index + 1])]);
      return graph.apply('Div', [parts, graph.integers([blockCount])], { name: 'block_end' });
    });
  }

  /** The first key that each token looks at, in every head the same: int64 [rows, 1 or heads, 1 or heads, row_length]. */
  #firstKeys(bias: Value): Value {
    const graph = this.#graph;
    const [rows, rowLength, keys] = biasAxes(bias);
    const oneHead = [1, 2].reduce(
      (x, axis) =>
        x.shape[axis] === 1 ? x : graph.apply('Gather', [x, graph.integers([0])], { attributes: { axis } }),
      bias,
    );
    const seen = graph.apply('Greater', [oneHead, graph.float(-Infinity)], { shape: [rows, 1, 1, rowLength, keys] });
    return graph.apply('ArgMax', [graph.cast(seen, 'uint8')], { attributes: { axis: 4, keepdims: 0 } });
  }

  /** The smallest of what belongs to tokens from `start` on: int64 [1]. There always are some, unlike in the block. */
  #least(firstKeys: Value, start: Value): Value {
    const graph = this.#graph;
    const rest = this.#slice(firstKeys, [start, graph.integers([maximum])], 3);
    const least = graph.apply('ReduceMin', [rest, graph.integers([0, 1, 2, 3])], { attributes: { keepdims: 0 } });
    return graph.reshape(least, [1], [1]);
  }

  #slice(x: Value, [start, end]: readonly [Value, Value], axis: number): Value {
    const shape: Dimension[] = x.shape.with(axis, '?');
    return this.#graph.apply('Slice', [x, start, end, this.#graph.integers([axis])], { shape });
  }
}

/** Beyond the end of every axis. */
const maximum = 2 ** 31 - 1;
