/**
 * A product with a matrix in blocks of codes: onnxruntime's MatMulNBits (docs/ContribOperators.md), which multiplies in
 * float32 what the codes stand for. A held-out scalar has the code of 0 in its block, so that the block's scale is that of the
 * others, and what it gives is added to the product: y[row] += x[column] · scalar, in float32.
 */
import type { EncodedTensor, ExecutionContext, ProductExecution } from '@linchpin/plugin-api';
import type { Value } from '@linchpin/onnx';
import { type BlockFormat, encodeBlocks } from './block-codes.ts';

/** An entry of a matrix. */
export interface Entry {
  readonly row: number;
  readonly column: number;
}

export interface BlockProduct extends BlockFormat {
  readonly module: string;
  readonly shape: readonly [out: number, inner: number];
  readonly heldOut: readonly Entry[];
}

export function blockProduct({ module, shape, bits, block, heldOut }: BlockProduct): ProductExecution {
  const columns = [...new Set(heldOut.map(({ column }) => column))];
  return {
    name: `int${bits}-blocks`,
    encoding: { bits, block, heldOut: heldOut.map(({ row, column }) => [row, column]) },
    encode(matrix) {
      const values = heldOut.length === 0 ? matrix : matrix.slice();
      for (const { row, column } of heldOut) values[row * shape[1] + column] = 0;
      const { codes, scales, blocks } = encodeBlocks({ values, shape, name: `${module}.weight` }, { bits, block });
      const held = heldOut.length === 0 ? [] : [heldOutColumns(matrix, { shape, heldOut, columns })];
      return [
        { name: 'codes', type: 'uint8', shape: [shape[0], blocks, (block * bits) / 8], data: codes },
        { name: 'scales', type: 'float32', shape: [scales.length], data: scales },
        ...held,
      ];
    },
    lay: (context) => layBlockProduct(context, { shape, format: { bits, block }, columns }),
  };
}

interface HeldOut extends Pick<BlockProduct, 'shape' | 'heldOut'> {
  readonly columns: readonly number[];
}

/** What inputs of the columns add to each output: float32 [columns, out], 0 but for the scalars. */
function heldOutColumns(matrix: Float32Array, { shape: [out, inner], heldOut, columns }: HeldOut): EncodedTensor {
  const data = new Float32Array(columns.length * out);
  for (const { row, column } of heldOut) data[columns.indexOf(column) * out + row] = matrix[row * inner + column]!;
  return { name: 'held_out', type: 'float32', shape: [columns.length, out], data };
}

function layBlockProduct(
  { graph, x, encoded, bias, name }: ExecutionContext,
  {
    shape: [out, inner],
    format: { bits, block },
    columns,
  }: { readonly shape: BlockProduct['shape']; readonly format: BlockFormat; readonly columns: readonly number[] },
): Value {
  const attributes = { K: inner, N: out, bits, block_size: block };
  const product = graph.apply('MatMulNBits', [x, encoded.get('codes')!, encoded.get('scales')!], { attributes, name });
  const biased = bias === undefined ? product : graph.apply('Add', [product, bias]);
  const heldOut = encoded.get('held_out');
  if (heldOut === undefined) return biased;
  const inputs = graph.apply('Gather', [x, graph.integers(columns)], { attributes: { axis: 1 } }); // [tokens, columns]
  return graph.apply('Gemm', [inputs, heldOut, biased], { name: `${name}:held_out` });
}
