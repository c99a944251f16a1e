/** Rotary position embedding in the rotate-half form (RoFormer, arXiv 2104.09864, as transformers lays heads out). */
import type { Graph, Value } from '@linchpin/onnx';
import type { RotaryOptions } from '@linchpin/plugin-api';

/** Cosines and sines of every position, float32 [positions, pairs], from float64 angles. */
export interface RotaryTables {
  readonly cosines: Value;
  readonly sines: Value;
}

/** Adds the tables of so many positions to the graph. */
export function rotaryTables(
  graph: Graph,
  options: RotaryOptions,
  { positions, name }: { readonly positions: number; readonly name: string },
): RotaryTables {
  const pairs = options.inverseFrequencies.length;
  const scale = options.scale ?? 1;
  const cosines = new Float32Array(positions * pairs);
  const sines = new Float32Array(positions * pairs);
  for (let position = 0, at = 0; position < positions; position++) {
    for (let pair = 0; pair < pairs; pair++, at++) {
      const angle = position * options.inverseFrequencies[pair]!;
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

/** Rotates x [tokens, heads · headSize] by the tokens' positions [tokens, 1]. */
export function rotate(
  graph: Graph,
  { x, positions }: { x: Value; positions: Value },
  options: RotaryOptions & RotaryTables,
): Value {
  const width = options.heads * options.headSize;
  const pairs = options.inverseFrequencies.length;
  // The operator takes the head's size from the tables unless only a part of each head is rotated.
  const partial = 2 * pairs === options.headSize ? {} : { rotary_embedding_dim: 2 * pairs };
  // One sequence a token: the operator refuses sequences longer than its tables, and a row may be longer than the context.
  const rotated = graph.apply('RotaryEmbedding', [graph.unsqueeze(x, [1]), positions, options.cosines, options.sines], {
    attributes: { interleaved: 0, num_heads: options.heads, ...partial },
  });
  return graph.reshape(rotated, [-1, width], ['tokens', width]);
}
