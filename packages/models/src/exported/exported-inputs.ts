/**
 * What programs feed a decoder with that was exported to ONNX: ids, a mask and positions of rows of tokens, keys and values of
 * those before (Hugging Face optimum 2, `text-generation-with-past`; transformers.js and onnxruntime-genai read the same).
 */
import type { Graph, Value } from '@linchpin/onnx';
import type { BatchInputs } from '../graph/batch-inputs.ts';
import { type AttentionScope } from '../graph/attention-scope.ts';
import { byHead } from '../graph/attention.ts';

const exportedInputs = {
  tokenIds: 'input_ids', // int64 [batch_size, sequence_length]
  mask: 'attention_mask', // int64 [batch_size, total_sequence_length]: 0 where a row is padded
  positions: 'position_ids', // int64 [batch_size, sequence_length]
} as const;

export const exportedOutputs = {
  logits: 'logits', // float32 [batch_size, sequence_length, vocabulary]
} as const;

/** The keys and the values of one layer, both float32 [batch_size, keyValueHeads, tokens, headSize]. */
export interface ExportedCache {
  /** Of the queries. */
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

export interface ExportedInputs {
  readonly tokens: Pick<BatchInputs, 'tokenIds' | 'positions' | 'scoredTokens'>;
  readonly attention: AttentionScope;
  readonly tokenShape: Value; // int64 [2] = [batch_size, sequence_length]
  /** Layer by layer; filled while the decoder is laid. */
  readonly cache: readonly ExportedCache[];
}

const tokenAxes = ['batch_size', 'sequence_length'] as const;
const keyAxes = ['batch_size', 'total_sequence_length'] as const;

export function addExportedInputs(graph: Graph): ExportedInputs {
  const ids = graph.input(exportedInputs.tokenIds, 'int64', tokenAxes);
  const mask = graph.input(exportedInputs.mask, 'int64', keyAxes);
  const places = graph.input(exportedInputs.positions, 'int64', tokenAxes);
  const tokenShape = graph.apply('Shape', [ids], { name: 'token_shape' });
  const keyShape = graph.apply('Shape', [mask], { name: 'key_shape' });
  const indices = tokenIndices(graph, tokenShape, keyShape);
  const cache: ExportedCache[] = [];
  return {
    tokens: {
      tokenIds: graph.reshape(ids, [-1], ['tokens']),
      positions: graph.reshape(places, [-1, 1], ['tokens', 1]),
      scoredTokens: everyToken(graph, ids),
    },
    attention: {
      visible: visible(graph, mask, indices),
      rowShape: tokenShape,
      keyShape: () => keyShape,
      keysFollowTokens: false,
      // Indices, not what is fed: transformers.js counts the positions of some families from 1.
      queryPositions: () => behindPadding(graph, mask, { indices: indices.query, axes: tokenAxes }),
      keyPositions: () => behindPadding(graph, mask, { indices: indices.key, axes: keyAxes }),
      extend(key, value, sizes) {
        const layer = cache.length;
        const { heads, keyValueHeads, headSize } = sizes;
        cache.push({ heads, keyValueHeads, headSize });
        return {
          key: grow(graph, { added: key, name: `${layer}.key`, rowShape: tokenShape, sizes }),
          value: grow(graph, { added: value, name: `${layer}.value`, rowShape: tokenShape, sizes }),
        };
      },
    },
    tokenShape,
    cache,
  };
}

/** int64 [tokens]: every one is asked for. */
function everyToken(graph: Graph, ids: Value): Value {
  const all = graph.reshape(ids, [-1], ['tokens']);
  const count = graph.apply('Gather', [graph.apply('Shape', [all]), graph.integer(0)], {
    attributes: { axis: 0 },
    shape: [],
  });
  return graph.apply('Range', [graph.integer(0), count, graph.integer(1)], { shape: ['tokens'] });
}

interface TokenIndices {
  readonly query: Value; // int64 [sequence_length]
  readonly key: Value; // int64 [total_sequence_length]
}

/** Places in the row, the tokens before among them. */
function tokenIndices(graph: Graph, tokenShape: Value, keyShape: Value): TokenIndices {
  const size = (shape: Value): Value =>
    graph.apply('Gather', [shape, graph.integer(1)], { attributes: { axis: 0 }, shape: [] });
  const total = size(keyShape);
  const past = graph.apply('Sub', [total, size(tokenShape)], { name: 'past_length' });
  const range = (from: Value, axis: string): Value =>
    graph.apply('Range', [from, total, graph.integer(1)], { shape: [axis] });
  return { query: range(past, 'sequence_length'), key: range(graph.integer(0), 'total_sequence_length') };
}

/** Who may look at whom: bool [batch_size, sequence_length, total_sequence_length]. Padding sees itself, so that no softmax is over nothing. */
function visible(graph: Graph, mask: Value, { query, key }: TokenIndices): Value {
  const self = graph.unsqueeze(query, [0, 2]);
  const other = graph.unsqueeze(key, [0, 1]);
  const isToken = graph.unsqueeze(graph.cast(mask, 'bool'), [1]);
  const earlier = graph.apply('And', [graph.apply('LessOrEqual', [other, self]), isToken]);
  const shape = ['batch_size', 'sequence_length', 'total_sequence_length'];
  return graph.apply('Or', [earlier, graph.apply('Equal', [other, self])], { name: 'visible', shape });
}

/** How many tokens stand before each in its row, padding at the beginning left out and itself at 0: int64 [batch_size, …]. */
function behindPadding(
  graph: Graph,
  mask: Value,
  { indices, axes }: { readonly indices: Value; readonly axes: readonly string[] },
): Value {
  const attributes = { axis: 1, keepdims: 1 };
  const first = graph.apply('ArgMax', [graph.cast(mask, 'uint8')], { attributes, shape: ['batch_size', 1] });
  const places = graph.apply('Sub', [graph.unsqueeze(indices, [0]), first], { shape: axes });
  return graph.apply('Max', [places, graph.integer(0)]);
}

interface Growth {
  readonly added: Value; // float32 [tokens, keyValueHeads · headSize]
  readonly name: string;
  readonly rowShape: Value;
  readonly sizes: Pick<ExportedCache, 'keyValueHeads' | 'headSize'>;
}

/** What was kept of the tokens before, and what these add. */
function grow(graph: Graph, { added, name, rowShape, sizes: { keyValueHeads, headSize } }: Growth): Value {
  const shape = (tokens: string): readonly (string | number)[] => ['batch_size', keyValueHeads, tokens, headSize];
  const past = graph.input(`past_key_values.${name}`, 'float32', shape('past_sequence_length'));
  const own = byHead(graph, added, { rowShape, sizes: [keyValueHeads, headSize], named: tokenAxes });
  const all = graph.apply('Concat', [past, own], {
    attributes: { axis: 2 },
    name: `present.${name}`,
    shape: shape('total_sequence_length'),
  });
  graph.output(all);
  return all;
}
