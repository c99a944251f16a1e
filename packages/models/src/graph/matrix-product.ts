/**
 * How y = x · Wᵀ (+ bias) is executed. Every product with a weight goes through one such function, so that another
 * execution (integers, sums of integer slices) takes this place and nothing else of the graph knows.
 */
import type { Graph, Value } from '@linchpin/onnx';

export interface ProductOperands {
  readonly x: Value; // float32 [tokens, in]
  readonly matrix: Value; // float32 [out, in]
  readonly bias?: Value | undefined; // float32 [out]
  /** Name of the result. */
  readonly name: string;
}

/** Lays a product: float32 [tokens, out]. */
export type MatrixProduct = (graph: Graph, operands: ProductOperands) => Value;

/** One float32 Gemm on the weights as checkpoints store them, [out, in]. */
export const float32Product: MatrixProduct = (graph, { x, matrix, bias, name }) =>
  graph.apply('Gemm', bias === undefined ? [x, matrix] : [x, matrix, bias], { attributes: { transB: 1 }, name });
