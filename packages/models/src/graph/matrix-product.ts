/** How y = x · Wᵀ (+ bias) is executed unless an intervention executes it otherwise (see executed-products.ts). */
import type { Graph, Value } from '@linchpin/onnx';

export interface ProductOperands {
  readonly x: Value; // float32 [tokens, in]
  readonly matrix: Value; // float32, float16 or bfloat16 [out, in]
  /** The matrix is [in, out]. */
  readonly transposed?: boolean;
  readonly bias?: Value | undefined; // float32 [out]
  /** Name of the result. */
  readonly name: string;
}

/**
 * One Gemm on the weights as the checkpoint stores them, nothing copied: float32 [tokens, out]. Where the matrix is in half
 * precision, x and the product are rounded to it; the bias is added in float32.
 */
export function matrixProduct(graph: Graph, { x, matrix, transposed, bias, name }: ProductOperands): Value {
  const attributes = { transB: transposed ? 0 : 1 };
  if (matrix.type === 'float32')
    return graph.apply('Gemm', bias === undefined ? [x, matrix] : [x, matrix, bias], { attributes, name });
  const operands = [graph.cast(x, matrix.type, `${name}:${matrix.type}_input`), matrix];
  const rounded = graph.apply('Gemm', operands, { attributes, name: `${name}:${matrix.type}` });
  if (bias === undefined) return graph.cast(rounded, 'float32', name);
  return graph.apply('Add', [graph.cast(rounded, 'float32', `${name}:rounded`), bias], { name });
}
