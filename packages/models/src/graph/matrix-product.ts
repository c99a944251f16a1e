/** How y = x · Wᵀ (+ bias) is executed unless an intervention executes it otherwise (see executed-products.ts). */
import type { Graph, Value } from '@linchpin/onnx';

export interface ProductOperands {
  readonly x: Value; // float32 [tokens, in]
  readonly matrix: Value; // float32 [out, in]
  /** The matrix is [in, out]. */
  readonly transposed?: boolean;
  readonly bias?: Value | undefined; // float32 [out]
  /** Name of the result. */
  readonly name: string;
}

/** One float32 Gemm on the weights as the checkpoint stores them, nothing copied: float32 [tokens, out]. */
export function float32Product(graph: Graph, { x, matrix, transposed, bias, name }: ProductOperands): Value {
  const operands = bias === undefined ? [x, matrix] : [x, matrix, bias];
  return graph.apply('Gemm', operands, { attributes: { transB: transposed ? 0 : 1 }, name });
}
