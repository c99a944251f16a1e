/** What is added to attention scores: who may look at whom, within a window, and with ALiBi how far apart they are. */
import type { Dimension, Graph, Value } from '@linchpin/onnx';
import type { AttentionOptions } from '@linchpin/plugin-api';
import type { AttentionScope } from './attention-scope.ts';

export type BiasOptions = Pick<AttentionOptions, 'window' | 'alibiSlopes' | 'keyBiases'>;

/** Biases of one graph: layers that ask for the same share it. */
export class AttentionBiases {
  readonly #graph: Graph;
  readonly #scope: AttentionScope;
  readonly #biases = new Map<string, Value>();
  #distance: Value | undefined;

  constructor(graph: Graph, scope: AttentionScope) {
    this.#graph = graph;
    this.#scope = scope;
  }

  /** float32 [rows, 1, row_length, keys]; with slopes or biases [rows, heads, row_length, keys]. */
  for({ window, alibiSlopes, keyBiases }: BiasOptions): Value {
    const byHead = [alibiSlopes, ...(keyBiases ?? [])].map((values) => values?.join() ?? '').join(';');
    const key = `${window ?? ''}:${byHead}`;
    const known = this.#biases.get(key);
    if (known !== undefined) return known;
    const mask = this.#mask(window);
    const sloped = alibiSlopes === undefined ? mask : this.#alibi(mask, alibiSlopes);
    const bias = keyBiases === undefined ? sloped : this.#ofKeys(sloped, keyBiases);
    this.#biases.set(key, bias);
    return bias;
  }

  /** 0 where token i may look at token j, minus infinity elsewhere. */
  #mask(window: number | undefined): Value {
    const graph = this.#graph;
    const { visible } = this.#scope;
    const seen = window === undefined ? visible : graph.apply('And', [visible, this.#within(window)]);
    const bias = graph.apply('Where', [seen, graph.float(0), graph.float(-Infinity)], { name: 'attention_bias' });
    return graph.unsqueeze(bias, [1]);
  }

  #within(window: number): Value {
    return this.#graph.apply('Less', [this.#distances(), this.#graph.integer(window)]);
  }

  #alibi(mask: Value, slopes: readonly number[]): Value {
    const graph = this.#graph;
    const factors = Float32Array.from(slopes, (slope) => -slope);
    const slope = graph.tensor(`alibi_slopes_${this.#biases.size}`, 'float32', [1, slopes.length, 1, 1], factors);
    const distance = graph.unsqueeze(graph.cast(this.#distances(), 'float32'), [1]);
    return graph.apply('Add', [graph.apply('Mul', [distance, slope]), mask], { name: 'alibi_bias' });
  }

  #ofKeys(mask: Value, biases: readonly Float32Array[]): Value {
    const graph = this.#graph;
    const positions = biases[0]!.length;
    const values = new Float32Array(positions * biases.length);
    biases.forEach((ofHead, head) => ofHead.forEach((bias, at) => (values[at * biases.length + head] = bias)));
    const shape = [positions, biases.length, 1];
    const table = graph.tensor(`key_biases_${this.#biases.size}`, 'float32', shape, values);
    const ofKeys = graph.transpose(graph.rows(table, this.#scope.keyPositions()), [0, 2, 3, 1]); // [rows, heads, 1, keys]
    return graph.apply('Add', [ofKeys, mask], { name: 'key_bias' });
  }

  /** Query position − key position, for tokens that see each other never negative: int64 [rows, row_length, keys]. */
  #distances(): Value {
    if (this.#distance !== undefined) return this.#distance;
    const query = this.#graph.unsqueeze(this.#scope.queryPositions(), [2]);
    const key = this.#graph.unsqueeze(this.#scope.keyPositions(), [1]);
    return (this.#distance = this.#graph.apply('Sub', [query, key], { name: 'distances' }));
  }
}

/** The axes of a bias without those of the heads: [rows, row_length, keys]. */
export function biasAxes(bias: Value): [Dimension, Dimension, Dimension] {
  const [rows, , rowLength, keys] = bias.shape as [Dimension, Dimension, Dimension, Dimension];
  return [rows, rowLength, keys];
}
