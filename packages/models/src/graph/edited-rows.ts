/** Rows of a matrix that were edited, without a copy of the matrix: their output channels are computed again. */
import type { Graph, Value } from '@linchpin/onnx';
import { matrixProduct } from './matrix-product.ts';
import type { RowPatch } from './weights.ts';

export interface PatchedProduct {
  /** The product with the matrix as it is in its file: float32 [tokens, out]. */
  readonly product: Value;
  readonly input: Value; // float32 [tokens, in]
  readonly patch: RowPatch | undefined;
  readonly bias: Value | undefined; // float32 [out]
}

/** Replaces the output channels of edited rows by what the edited rows give; exact, unlike adding a correction. */
export function replaceEditedRows(graph: Graph, { product, input, patch, bias }: PatchedProduct): Value {
  if (patch === undefined) return product;
  const { rows, values } = patch;
  const channels = product.shape[1] as number;
  const isEdited = graph.tensor(`${values.name}:channels`, 'bool', [channels], marked(rows, channels));
  const rowBias = bias === undefined ? undefined : graph.rows(bias, graph.integers(rows));
  const columns = matrixProduct(graph, { x: input, matrix: values, bias: rowBias, name: `${values.name}:product` }); // [tokens, rows]
  return graph.apply('Where', [
    isEdited,
    spread(graph, { columns, rows, name: `${values.name}:places` }, channels),
    product,
  ]);
}

function marked(rows: readonly number[], channels: number): Uint8Array {
  const marks = new Uint8Array(channels);
  for (const row of rows) marks[row] = 1;
  return marks;
}

/** Puts every column at its channel, float32 [tokens, channels]; a single column broadcasts by itself. */
function spread(
  graph: Graph,
  { columns, rows, name }: { columns: Value; rows: readonly number[]; name: string },
  channels: number,
): Value {
  if (rows.length === 1) return columns;
  const places = new Int32Array(channels);
  rows.forEach((row, index) => {
    places[row] = index;
  });
  return graph.apply('Gather', [columns, graph.tensor(name, 'int32', [channels], places)], { attributes: { axis: 1 } });
}
