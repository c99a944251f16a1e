/**
 * A product of 8-bit integers, MatMulIntegerToFloat of onnxruntime on uint8 inputs and int8 weights (int8 on both sides
 * has no fast kernel). With an input x = s·q + m and weights w = t·c + n, over the inner axis
 * Σ x·w = s·(t·Σ q·c + n·Σ q) + m·Σ w, where q and c are counted from the middle of their range; the last two sums are
 * known from the codes alone. A held-out scalar adds (scalar − what its code stands for) · its column of weights.
 * Processors with AVX2 and without VNNI saturate inside the kernel; whoever runs the graph must see to it (see README).
 */
import type { Graph, Value } from '@linchpin/onnx';
import type { ExecutionContext, ProductExecution } from '@linchpin/plugin-api';
import { type MissingScalars, sharedIntegerInput, zeroPoint } from './integer-input.ts';
import type { InputQuantizer } from './input-quantizer.ts';
import type { QuantizedProduct } from './simulated-product.ts';
import { encodeForIntegers } from './weight-quantizer.ts';

/** The longest inner axis of which sums of codes fit in 24 bits, and sums of products of codes in 32. */
export const longestSum: number = Math.floor(2 ** 24 / 255);

export interface IntegerProduct extends QuantizedProduct {
  readonly input: InputQuantizer;
}

/** Multiplies codes by codes. */
export function integerProduct({ module, weights, input, source }: IntegerProduct): ProductExecution {
  const sums = input.scheme === 'asymmetric';
  return {
    name: 'int8',
    encoding: { layout: 'in-out', weights: { ...weights }, sums, source },
    encode: (values, shape) => encodeForIntegers({ values, shape, name: `${module}.weight` }, weights, { sums }),
    lay: (context) => layIntegerProduct(context, input),
  };
}

function layIntegerProduct(context: ExecutionContext, quantizer: InputQuantizer): Value {
  const { graph, encoded, bias } = context;
  const weights = {
    codes: encoded.get('codes')!,
    scale: encoded.get('scale')!,
    offset: encoded.get('offset'),
    sums: encoded.get('sums'),
  };
  const input = sharedIntegerInput(context, quantizer, { sums: weights.offset !== undefined });
  const operands = [input.codes, weights.codes, graph.float(1), weights.scale, graph.byte(zeroPoint(quantizer))];
  const products = graph.apply('MatMulIntegerToFloat', operands, { name: context.name });
  const inSteps = weights.offset === undefined ? products : addOuter(graph, products, [input.sums!, weights.offset]);
  const scaled = graph.apply('Mul', [inSteps, input.scale]);
  const whole = input.origin === undefined ? scaled : addOuter(graph, scaled, [input.origin, weights.sums!]);
  const complete = input.missing === undefined ? whole : layColumns(graph, whole, input.missing, weights);
  return bias === undefined ? complete : graph.apply('Add', [complete, bias]);
}

/** y + column [tokens, 1] · row [1 or out]. */
function addOuter(graph: Graph, y: Value, [column, row]: readonly [Value, Value]): Value {
  return graph.apply('Add', [y, graph.apply('Mul', [column, row])]);
}

function layColumns(
  graph: Graph,
  y: Value,
  { tokens, channels, differences }: MissingScalars,
  weights: { readonly codes: Value; readonly scale: Value; readonly offset: Value | undefined },
): Value {
  const codes = graph.cast(graph.rows(weights.codes, channels), 'float32'); // [scalars, out]
  const product = graph.apply('Mul', [codes, weights.scale]);
  const columns = weights.offset === undefined ? product : graph.apply('Add', [product, weights.offset]);
  const updates = graph.apply('Mul', [differences, columns]);
  return graph.apply('ScatterND', [y, tokens, updates], { attributes: { reduction: 'add' } });
}
