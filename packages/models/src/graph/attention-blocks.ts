/**
 * Attention by blocks of a row's tokens, each with the keys that one of them may look at: what lies behind the block
 * belongs to tokens that come later, and what lies before its first tree to other questions. Four blocks measured best
 * (EXPERIMENTS.md); shorter ones save more pairs and lose it to smaller products.
 */
import type { Dimension, Graph, Value } from '@linchpin/onnx';
import type { AttentionScope } from './attention-scope.ts';
import { biasAxes } from './attention-bias.ts';

const blockCount = 4;

export interface AttentionBlock {
  /** What is added to the block's scores: [rows, 1 or heads, tokens of the block, keys of the block]. */
  readonly bias: Value;
  /** Takes the block's tokens out of all of a row's, which lie along `axis`. */
  tokens(x: Value, axis: number): Value;
  /** Takes the block's keys out of those of a row's tokens, which lie along `axis`. */
  keys(x: Value, axis: number): Value;
}

type BlockScope = Pick<AttentionScope, 'rowShape' | 'keysFollowTokens' | 'before'>;

/** Blocks of one graph: layers of the same bias share what is sliced of it. */
export class AttentionBlocks {
  readonly #graph: Graph;
  readonly #scope: BlockScope;
  readonly #blocks = new Map<string, readonly AttentionBlock[]>();
  #bounds: readonly Bounds[] | undefined;

  constructor(graph: Graph, scope: BlockScope) {
    this.#graph = graph;
    this.#scope = scope;
  }

  /**
   * The blocks under a bias, in the order of their tokens; one that holds everything where keys are not the row's tokens.
   * Blocks that would begin behind the row's end hold its last token once more: what they give follows behind the row's own.
   */
  under(bias: Value): readonly AttentionBlock[] {
    if (!this.#scope.keysFollowTokens) return [{ bias, tokens: (x) => x, keys: (x) => x }];
    const known = this.#blocks.get(bias.name);
    if (known !== undefined) return known;
    const { before } = this.#scope;
    // Keys that stand before the row's tokens belong to every block.
    const own = before === undefined ? bias : this.#slice(bias, [before, this.#graph.integers([maximum])], 3);
    const firstKeys = this.#firstKeys(own);
    const bounds = (this.#bounds ??= this.#blockBounds());
    const blocks = bounds.map((block, index): AttentionBlock => {
      const firstKey = index === 0 ? block.start : this.#least(firstKeys, block.start);
      const tokens = (x: Value, axis: number): Value => this.#slice(x, [block.start, block.end], axis);
      const keys = (x: Value, axis: number): Value => this.#slice(x, [firstKey, block.end], axis);
      const ofOwn = keys(tokens(own, 2), 3);
      if (before === undefined) return { bias: ofOwn, tokens, keys };
      const ofAll = [this.#slice(tokens(bias, 2), [this.#graph.integers([0]), before], 3), ofOwn];
      return {
        bias: this.#graph.apply('Concat', ofAll, { attributes: { axis: 3 }, shape: ofOwn.shape }),
        tokens,
        keys,
      };
    });
    this.#blocks.set(bias.name, blocks);
    return blocks;
  }

  /** Blocks of equal size but for the last ones; none is empty, for the operator takes no empty one. */
  #blockBounds(): Bounds[] {
    const graph = this.#graph;
    const length = graph.sizeAt(this.#scope.rowShape, 1);
    const lastToken = graph.apply('Sub', [length, graph.integers([1])]);
    const size = graph.apply('Div', [
      graph.apply('Add', [length, graph.integers([blockCount - 1])]),
      graph.integers([blockCount]),
    ]);
    const places = Array.from({ length: blockCount + 1 }, (_, index) =>
      graph.apply('Mul', [size, graph.integers([index])]),
    );
    return Array.from({ length: blockCount }, (_, index) => ({
      start: graph.apply('Min', [places[index]!, lastToken], { name: 'block_start' }),
      end: graph.apply('Min', [places[index + 1]!, length], { name: 'block_end' }),
    }));
  }

  /** The first key that each token looks at, in every head the same: int64 [rows, 1, row_length]. */
  #firstKeys(bias: Value): Value {
    const graph = this.#graph;
    const [rows, rowLength, keys] = biasAxes(bias);
    const oneHead =
      bias.shape[1] === 1 ? bias : graph.apply('Gather', [bias, graph.integers([0])], { attributes: { axis: 1 } });
    const seen = graph.apply('Greater', [oneHead, graph.float(-Infinity)], { shape: [rows, 1, rowLength, keys] });
    return graph.apply('ArgMax', [graph.cast(seen, 'uint8')], { attributes: { axis: 3, keepdims: 0 } });
  }

  /** The smallest of what belongs to tokens from `start` on: int64 [1]. */
  #least(firstKeys: Value, start: Value): Value {
    const graph = this.#graph;
    const rest = this.#slice(firstKeys, [start, graph.integers([maximum])], 2);
    const least = graph.apply('ReduceMin', [rest, graph.integers([0, 1, 2])], { attributes: { keepdims: 0 } });
    return graph.reshape(least, [1], [1]);
  }

  #slice(x: Value, [start, end]: readonly [Value, Value], axis: number): Value {
    const shape: Dimension[] = x.shape.with(axis, '?');
    return this.#graph.apply('Slice', [x, start, end, this.#graph.integers([axis])], { shape });
  }
}

/** Where a block starts and ends: int64 [1] each. */
interface Bounds {
  readonly start: Value;
  readonly end: Value;
}

/** Beyond the end of every axis. */
const maximum = 2 ** 31 - 1;
