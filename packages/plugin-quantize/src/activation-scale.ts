/**
 * Scales of an activation inside the graph, made anew for every batch: one a token, or one a sequence, whose tokens then
 * all have the same. The arithmetic is that of tensor-quantizer.ts. A value that is not finite makes its scale NaN, and
 * with it everything that is made from it.
 */
import { type Graph, layExtremes, laySymmetricScale, type Value } from '@linchpin/onnx';
import { smallestMagnitude, symmetricSteps, type TensorQuantizer } from './tensor-quantizer.ts';

export type ActivationGranularity = 'per_token' | 'per_tensor';

export interface ActivationQuantizer extends TensorQuantizer {
  readonly granularity: ActivationGranularity;
}

/** Each float32 [tokens, 1]. */
export interface ActivationScale {
  readonly scale: Value;
  /** The scale where it is not 0, and 1 where it is, so that a constant group gets the code 0. */
  readonly divisor: Value;
  /** The value of code 0; absent where symmetric. */
  readonly minimum?: Value;
}

/** Lays the scales of x [tokens, width]; `rowShape` folds its tokens into sequences. */
export function layScale(graph: Graph, x: Value, rowShape: Value, quantizer: ActivationQuantizer): ActivationScale {
  const isPerTensor = quantizer.granularity === 'per_tensor';
  const groups = isPerTensor ? foldRows(graph, x, rowShape) : x;
  const each = layGroupScale(graph, groups, [1], quantizer);
  const spread = (value: Value): Value => (isPerTensor ? spreadOverTokens(graph, value, rowShape) : value);
  const scale = spread(each.scale);
  return {
    scale,
    divisor: each.divisor === each.scale ? scale : spread(each.divisor),
    ...(each.minimum === undefined ? {} : { minimum: spread(each.minimum) }),
  };
}

/** One scale for each group, which lies along `axes`; these stay as axes of size 1. */
export function layGroupScale(
  graph: Graph,
  groups: Value,
  axes: readonly number[],
  quantizer: TensorQuantizer,
): ActivationScale {
  const extremes = layExtremes(graph, groups, axes);
  if (quantizer.scheme === 'symmetric') {
    const steps = symmetricSteps(quantizer);
    const scale = laySymmetricScale(graph, extremes, { steps, smallest: Math.fround(smallestMagnitude) });
    return { scale, divisor: scale };
  }
  const { high, low, notANumber } = extremes;
  const step = graph.apply('Div', [graph.apply('Sub', [high, low]), graph.float(quantizer.levels)]);
  const scale = graph.apply('Add', [step, notANumber]);
  const isConstant = graph.apply('Equal', [scale, graph.float(0)]);
  return { scale, divisor: graph.apply('Where', [isConstant, graph.float(1), scale]), minimum: low };
}

/** Codes as float32 whole numbers: [tokens, width]. */
export function layCodes(graph: Graph, x: Value, { divisor, minimum }: ActivationScale): Value {
  return graph.apply('Round', [graph.apply('Div', [aboveMinimum(graph, x, minimum), divisor])]);
}

/** What codes stand for. */
export function layDequantized(graph: Graph, codes: Value, { scale, minimum }: ActivationScale): Value {
  const product = graph.apply('Mul', [codes, scale]);
  return minimum === undefined ? product : graph.apply('Add', [product, minimum]);
}

export function aboveMinimum(graph: Graph, x: Value, minimum: Value | undefined): Value {
  return minimum === undefined ? x : graph.apply('Sub', [x, minimum]);
}

/** [tokens, width] as one run of numbers a sequence: [rows, rowLength · width]. */
export function foldRows(graph: Graph, x: Value, rowShape: Value): Value {
  const shape = graph.apply('Concat', [graph.rows(rowShape, graph.integers([0])), graph.integers([-1])], {
    attributes: { axis: 0 },
  });
  return graph.reshape(x, shape, ['rows', '?']);
}

/** [rows, 1] to [tokens, 1]. */
function spreadOverTokens(graph: Graph, value: Value, rowShape: Value): Value {
  const spread = graph.apply('Expand', [value, rowShape], { shape: ['rows', 'row_length'] });
  return graph.reshape(spread, [-1, 1], ['tokens', 1]);
}
