/** Rotary position embedding in the rotate-half form (RoFormer, arXiv 2104.09864, as transformers lays heads out). */
import type { Graph, Value } from '@linchpin/onnx';
import type { RotaryFrequencies, RotaryOptions } from '@linchpin/plugin-api';
import type { BatchInputs } from './batch-inputs.ts';
import { type LongSequences, longSequences } from './long-sequences.ts';

/** Cosines and sines of every position, float32 [positions, pairs], from float64 angles. */
interface RotaryTables {
  readonly cosines: Value;
  readonly sines: Value;
}

export interface Rotated {
  readonly rotated: Value;
  /** Where frequencies depend on a sequence's length: the tokens whose requests have to be run alone, bool [tokens]. */
  readonly unresolved?: Value;
}

/** The rotations of one graph: layers of equal frequencies share their tables. */
export class RotaryPositions {
  readonly #graph: Graph;
  readonly #batch: Pick<BatchInputs, 'positions' | 'ancestors' | 'rowShape'>;
  /** How many there are. */
  readonly #count: number;
  readonly #tables = new Map<string, RotaryTables>();
  readonly #long = new Map<number, LongSequences>();

  constructor(graph: Graph, batch: Pick<BatchInputs, 'positions' | 'ancestors' | 'rowShape'>, count: number) {
    this.#graph = graph;
    this.#batch = batch;
    this.#count = count;
  }

  /** Rotates x [tokens, heads · headSize] by the tokens' positions. */
  rotate(x: Value, options: RotaryOptions): Rotated {
    const { beyond } = options;
    const tables = this.#tablesOf(options);
    if (beyond === undefined || beyond.tokens >= this.#count) return { rotated: this.#apply(x, options, tables) };
    const long = this.#longSequences(beyond.tokens);
    const short = this.#apply(x, options, tables);
    const stretched = this.#apply(x, options, this.#tablesOf(beyond));
    const rotated = this.#graph.apply('Where', [long.isLong, stretched, short]);
    return { rotated, unresolved: long.unresolved };
  }

  #longSequences(tokens: number): LongSequences {
    const known = this.#long.get(tokens) ?? longSequences(this.#graph, this.#batch, { tokens, context: this.#count });
    this.#long.set(tokens, known);
    return known;
  }

  #tablesOf(frequencies: RotaryFrequencies): RotaryTables {
    const key = `${frequencies.scale ?? 1}:${frequencies.inverseFrequencies.join()}`;
    const name = this.#tables.size === 0 ? 'rotary' : `rotary_${this.#tables.size}`;
    const tables = this.#tables.get(key) ?? rotaryTables(this.#graph, frequencies, { positions: this.#count, name });
    this.#tables.set(key, tables);
    return tables;
  }

  #apply(x: Value, { heads, headSize }: RotaryOptions, { cosines, sines }: RotaryTables): Value {
    const graph = this.#graph;
    const width = heads * headSize;
    const rotatedChannels = 2 * (cosines.shape[1] as number);
    // The operator takes the head's size from the tables unless only a part of each head is rotated.
    const partial = rotatedChannels === headSize ? {} : { rotary_embedding_dim: rotatedChannels };
    // One sequence a token: the operator refuses sequences longer than its tables, and a row may be longer than the context.
    const operands = [graph.unsqueeze(x, [1]), this.#batch.positions, cosines, sines];
    const rotated = graph.apply('RotaryEmbedding', operands, {
      attributes: { interleaved: 0, num_heads: heads, ...partial },
    });
    return graph.reshape(rotated, [-1, width], ['tokens', width]);
  }
}

function rotaryTables(
  graph: Graph,
  { inverseFrequencies, scale = 1 }: RotaryFrequencies,
  { positions, name }: { readonly positions: number; readonly name: string },
): RotaryTables {
  const pairs = inverseFrequencies.length;
  const cosines = new Float32Array(positions * pairs);
  const sines = new Float32Array(positions * pairs);
  for (let position = 0, at = 0; position < positions; position++) {
    for (let pair = 0; pair < pairs; pair++, at++) {
      const angle = position * inverseFrequencies[pair]!;
      cosines[at] = Math.cos(angle) * scale;
      sines[at] = Math.sin(angle) * scale;
    }
  }
  const shape = [positions, pairs];
  return {
    cosines: graph.tensor(`${name}_cosines`, 'float32', shape, cosines),
    sines: graph.tensor(`${name}_sines`, 'float32', shape, sines),
  };
}
