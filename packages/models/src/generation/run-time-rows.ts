/**
 * Rows of any matrix of the layers as inputs of a graph: each run is fed with rows that take the places of others, so that
 * any scalar can be set without laying or opening anything anew. A channel of an edited row is computed again from the row
 * that is fed, exactly as edits that are part of a graph are (edited-rows.ts); adding `change · x` to it would leave the
 * rounding of the value that was taken away, which of a super weight is as large as what remains.
 */
import type { Graph, Value } from '@linchpin/onnx';
import type { LayAdapter } from '../graph/decoder-parts.ts';

/** Names under which edited rows are fed: `slots` rows of each of `matrices` matrices, at least one, of `fed` in all. */
export const rowInputs = {
  rows: 'edited_rows', // int32 [matrices, slots]: row of the matrix, each at most once; −1 of a slot that holds none
  values: 'edited_values', // int32 [matrices, slots]: which of the fed rows it takes; 0 of a slot that holds none
  fed: 'fed_rows', // float32 [fed, longest row], rows of fewer columns at their beginning
  /** Position of a token at which the channel keeps what the matrix gives without edits, −1 for none: "+SA". */
  kept: 'kept_positions', // int64 [matrices, slots]
} as const;

/** A matrix whose rows can be fed. */
export interface FedMatrix {
  readonly module: string;
  /** [out, in] */
  readonly shape: readonly [number, number];
  /** Name of the output that holds what the matrix gives in edited channels without edits, float32 [tokens, slots]; absent where no channel can be kept. */
  readonly unedited?: string;
}

interface RowInputs {
  readonly rows: Value;
  readonly values: Value;
  readonly fed: Value;
  readonly kept: Value;
}

/** Adds the inputs and gives what is laid beside every module; `positions` are those of the tokens, int64 [tokens, 1]. */
export function layRunTimeRows(
  graph: Graph,
  matrices: readonly FedMatrix[],
  positions: Value,
): ReadonlyMap<string, LayAdapter> {
  const longest = Math.max(...matrices.map(({ shape }) => shape[1]));
  const slots = [matrices.length, 'slots'];
  const inputs: RowInputs = {
    rows: graph.input(rowInputs.rows, 'int32', slots),
    values: graph.input(rowInputs.values, 'int32', slots),
    fed: graph.input(rowInputs.fed, 'float32', ['fed', longest]),
    kept: graph.input(rowInputs.kept, 'int64', slots),
  };
  const places = new Map<number, Value>();
  const placesOf = (channels: number): Value => {
    const known = places.get(channels) ?? placesTensor(graph, channels);
    places.set(channels, known);
    return known;
  };
  return new Map(
    matrices.map((matrix, index) => {
      const replaced = { inputs, index, matrix, positions };
      const lay: LayAdapter = (module) =>
        replaceRows(graph, module, { ...replaced, places: placesOf(matrix.shape[0]) });
      return [matrix.module, lay];
    }),
  );
}

function placesTensor(graph: Graph, channels: number): Value {
  const indices = Int32Array.from({ length: channels }, (_, channel) => channel);
  return graph.tensor(`channels_${channels}`, 'int32', [1, channels], indices);
}

/** The entry of one matrix. */
function ofMatrix(graph: Graph, x: Value, index: number): Value {
  return graph.apply('Gather', [x, graph.integer(index)], { attributes: { axis: 0 } });
}

interface ReplacedRows {
  readonly inputs: RowInputs;
  readonly index: number;
  readonly matrix: FedMatrix;
  readonly positions: Value;
  /** int32 [1, out], from 0. */
  readonly places: Value;
}

function replaceRows(
  graph: Graph,
  { input, output, bias }: Pick<Parameters<LayAdapter>[0], 'input' | 'output' | 'bias'>,
  { inputs, index, matrix, positions, places }: ReplacedRows,
): Value {
  const [channels, columns] = matrix.shape;
  const rows = ofMatrix(graph, inputs.rows, index); // int32 [slots]
  const fed = graph.rows(inputs.fed, ofMatrix(graph, inputs.values, index));
  const isWhole = fed.shape[1] === columns;
  const values = isWhole ? fed : graph.apply('Slice', [fed, ...bounds(graph, columns)], { shape: ['slots', columns] });
  const rowBias = bias === undefined ? [] : [graph.rows(bias, rows)];
  const product = graph.apply('Gemm', [input, values, ...rowBias], { attributes: { transB: 1 } }); // [tokens, slots]
  const { unedited } = matrix;
  const edited =
    unedited === undefined ? product : keep(graph, { inputs, index, positions, product, output, rows, name: unedited });
  const marks = graph.cast(graph.apply('Equal', [graph.unsqueeze(rows, [1]), places]), 'float32'); // [slots, out]
  const spread = graph.apply('MatMul', [edited, marks]); // [tokens, out]
  const marked = graph.apply('ReduceMax', [marks, graph.integers([0])], {
    attributes: { keepdims: 1 },
    shape: [1, channels],
  });
  return graph.apply('Where', [graph.apply('Greater', [marked, graph.float(0)]), spread, output]);
}

/** The first `columns` of the second axis. */
function bounds(graph: Graph, columns: number): Value[] {
  return [graph.integers([0]), graph.integers([columns]), graph.integers([1])];
}

interface KeptChannels extends Pick<ReplacedRows, 'inputs' | 'index' | 'positions'> {
  readonly product: Value;
  readonly output: Value;
  readonly rows: Value;
  readonly name: string;
}

/** At its token a channel is what the matrix gives without edits: float32 [tokens, slots]. */
function keep(graph: Graph, { inputs, index, positions, product, output, rows, name }: KeptChannels): Value {
  const unedited = graph.apply('Gather', [output, rows], { attributes: { axis: 1 } });
  graph.output(unedited, name);
  const isKept = graph.apply('Equal', [positions, ofMatrix(graph, inputs.kept, index)]); // [tokens, slots]
  return graph.apply('Where', [isKept, unedited, product]);
}
