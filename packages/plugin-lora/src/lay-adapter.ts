/**
 * The graphs of low-rank adapters (Hu et al., arXiv 2106.09685; Liu et al., arXiv 2402.09353, whose norm is a constant in the
 * gradient, section 4.3). The matrix W + sBA is never built: an adapter adds two thin products to what the module gives, and
 * DoRA's norms follow from products with A alone.
 */
import type { Value } from '@linchpin/onnx';
import type { AdapterContext } from '@linchpin/plugin-api';
import { smallestSquare } from './merge.ts';

/** Names of an adapter's tensors. */
export interface AdapterNames {
  readonly a: string; // [r, in]
  readonly b: string; // [out, r]
  readonly magnitude: string; // [out]
}

/** y + s · (x Aᵀ) Bᵀ: float32 [tokens, out]. */
export function layLora(context: AdapterContext, names: AdapterNames, scale: number): Value {
  const { graph, input, output } = context;
  const low = graph.apply('Gemm', [input, context.trained(names.a)], { attributes: { transB: 1 } });
  return graph.apply('Gemm', [low, context.trained(names.b), output], { attributes: { transB: 1, alpha: scale } });
}

/** m / |W + sBA| ∘ (W + sBA) x + bias. `squares` are those of W's rows, summed: [out]. */
export function layDora(
  context: AdapterContext,
  names: AdapterNames,
  { scale, squares }: { readonly scale: number; readonly squares: Float32Array },
): Value {
  const { graph, bias } = context;
  const norms = context.constant(layNorms(context, names, { scale, squares }));
  const factor = graph.apply('Div', [context.trained(names.magnitude), norms]);
  const scaled = graph.apply('Mul', [layLora(context, names, scale), factor]);
  if (bias === undefined) return scaled;
  // What the module gives has the bias in it, which the factor must not touch: f (y + b) + (b − f b).
  const touched = graph.apply('Mul', [factor, bias]);
  return graph.apply('Add', [scaled, graph.apply('Sub', [bias, touched])]);
}

/**
 * Of the rows of W + sBA: [out]. |w + s b A|² = |w|² + 2s b · (A w) + s² b · (A Aᵀ b).
 */
function layNorms(
  context: AdapterContext,
  names: AdapterNames,
  { scale, squares }: { readonly scale: number; readonly squares: Float32Array },
): Value {
  const { graph } = context;
  const [a, b] = [context.trained(names.a), context.trained(names.b)];
  const product = (x: Value, y: Value, attributes: Record<string, number>): Value =>
    graph.apply('Gemm', [x, y], { attributes });
  const crossed = product(context.weight(), a, { transB: 1, alpha: 2 * scale }); // [out, r]
  const spread = product(b, product(a, a, { transB: 1, alpha: scale * scale }), {}); // [out, r]
  const both = graph.apply('Mul', [b, graph.apply('Add', [crossed, spread])]);
  const added = graph.apply('ReduceSum', [both, graph.integers([1])], { attributes: { keepdims: 0 } });
  const fixed = graph.tensor(`${names.magnitude}:squares`, 'float32', [squares.length], squares);
  const sum = graph.apply('Max', [graph.apply('Add', [fixed, added]), graph.float(smallestSquare)]);
  return graph.apply('Sqrt', [sum]);
}
