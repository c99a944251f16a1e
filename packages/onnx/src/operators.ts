/**
 * The operators that graphs here may use: ONNX opset 23 (https://onnx.ai/onnx/operators/) and onnxruntime's own domain
 * `com.microsoft` (onnxruntime, docs/ContribOperators.md). A rule says what an operator takes and what comes out.
 */
import { internalError } from '@linchpin/errors';
import {
  blockProduct,
  broadcast,
  concatenated,
  gathered,
  gatheredPoints,
  largest,
  matrixProduct,
  type Outcome,
  product2d,
  quantized,
  reduced,
  reducedOver,
  shapeLength,
  split,
  transposed,
  transposedProduct,
  typeOfCode,
  unknownShape,
} from './shape-rules.ts';
import type { Attribute, ElementType, Value } from './value.ts';

export interface OperatorRule {
  readonly domain: '' | 'com.microsoft';
  /** Fewest and most inputs. */
  readonly arity: readonly [number, number];
  readonly attributes: Readonly<Record<string, 'int' | 'float' | 'string' | 'ints'>>;
  /** Types and shapes of the outputs. */
  infer(inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>>): readonly Outcome[];
}

/** Every operator that graphs here may use; the map below is total over it. */
export type OperatorName =
  | 'Abs'
  | 'Add'
  | 'And'
  | 'ArgMax'
  | 'Attention'
  | 'Cast'
  | 'Ceil'
  | 'Clip'
  | 'Concat'
  | 'DequantizeLinear'
  | 'Div'
  | 'DynamicQuantizeLinear'
  | 'Equal'
  | 'Erf'
  | 'Exp'
  | 'Expand'
  | 'Floor'
  | 'FusedMatMul'
  | 'Gather'
  | 'GatherElements'
  | 'GatherND'
  | 'Gelu'
  | 'HardSwish'
  | 'Gemm'
  | 'Greater'
  | 'GreaterOrEqual'
  | 'Identity'
  | 'LayerNormalization'
  | 'LeakyRelu'
  | 'Less'
  | 'LessOrEqual'
  | 'Log'
  | 'LogSoftmax'
  | 'MatMul'
  | 'MatMulInteger'
  | 'MatMulIntegerToFloat'
  | 'MatMulNBits'
  | 'Max'
  | 'Min'
  | 'Mul'
  | 'Neg'
  | 'NonZero'
  | 'Not'
  | 'Or'
  | 'Pad'
  | 'QuantizeLinear'
  | 'QuickGelu'
  | 'Range'
  | 'ReduceMax'
  | 'ReduceMean'
  | 'ReduceMin'
  | 'ReduceSum'
  | 'Relu'
  | 'Reshape'
  | 'RotaryEmbedding'
  | 'Round'
  | 'ScatterElements'
  | 'ScatterND'
  | 'Shape'
  | 'Sigmoid'
  | 'Sign'
  | 'SimplifiedLayerNormalization'
  | 'Slice'
  | 'Softmax'
  | 'Softplus'
  | 'Split'
  | 'Sqrt'
  | 'Squeeze'
  | 'Sub'
  | 'Tanh'
  | 'TopK'
  | 'Transpose'
  | 'Unsqueeze'
  | 'Where';

export const operators: Readonly<Record<OperatorName, OperatorRule>> = {
  Abs: unary(),
  Add: elementwise(),
  And: elementwise('bool'),
  ArgMax: { ...rule([1, 1], { axis: 'int', keepdims: 'int' }), infer: ([x], a) => [reduced(x!, a, 'int64')] },
  Attention: {
    ...rule([3, 4], { q_num_heads: 'int', kv_num_heads: 'int', scale: 'float', softcap: 'float' }),
    infer: ([query]) => [{ type: query!.type, shape: query!.shape }],
  },
  Cast: { ...rule([1, 1], { to: 'int' }), infer: ([x], a) => [{ type: typeOfCode(a['to']), shape: x!.shape }] },
  Ceil: unary(),
  Clip: { ...rule([1, 3]), infer: ([x]) => [{ type: x!.type, shape: x!.shape }] },
  Concat: { ...rule([1, 2 ** 31 - 1], { axis: 'int' }), infer: (xs, a) => [concatenated(xs, a)] },
  DequantizeLinear: {
    ...rule([2, 3], { axis: 'int', block_size: 'int' }),
    infer: ([x, scale]) => [{ type: scale!.type, shape: x!.shape }],
  },
  Div: elementwise(),
  DynamicQuantizeLinear: {
    ...rule([1, 1]),
    infer: ([x]) => [
      { type: 'uint8', shape: x!.shape },
      { type: 'float32', shape: [] },
      { type: 'uint8', shape: [] },
    ],
  },
  Equal: elementwise('bool'),
  Erf: unary(),
  Exp: unary(),
  Expand: { ...rule([2, 2]), infer: ([x, s]) => [{ type: x!.type, shape: unknownShape(s!) }] },
  Floor: unary(),
  FusedMatMul: {
    ...rule([2, 2], { alpha: 'float', transA: 'int', transB: 'int' }),
    domain: 'com.microsoft',
    infer: ([a, b], attributes) => [transposedProduct(a!, b!, attributes)],
  },
  Gather: { ...rule([2, 2], { axis: 'int' }), infer: ([x, i], a) => [gathered(x!, i!, a)] },
  GatherElements: { ...rule([2, 2], { axis: 'int' }), infer: ([x, i]) => [{ type: x!.type, shape: i!.shape }] },
  GatherND: { ...rule([2, 2], {}), infer: ([x, i]) => [gatheredPoints(x!, i!)] },
  Gelu: unary({ approximate: 'string' }),
  Gemm: {
    ...rule([2, 3], { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' }),
    infer: ([a, b], attributes) => [product2d(a!, b!, attributes)],
  },
  Greater: elementwise('bool'),
  GreaterOrEqual: elementwise('bool'),
  HardSwish: unary(),
  Identity: unary(),
  LayerNormalization: {
    ...rule([2, 3], { axis: 'int', epsilon: 'float', stash_type: 'int' }),
    infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  },
  LeakyRelu: unary({ alpha: 'float' }),
  Less: elementwise('bool'),
  LessOrEqual: elementwise('bool'),
  Log: unary(),
  LogSoftmax: unary({ axis: 'int' }),
  MatMul: { ...rule([2, 2]), infer: ([a, b]) => [matrixProduct(a!, b!)] },
  MatMulInteger: { ...rule([2, 4]), infer: ([a, b]) => [{ ...matrixProduct(a!, b!), type: 'int32' }] },
  MatMulIntegerToFloat: {
    ...rule([4, 7]),
    domain: 'com.microsoft',
    infer: ([a, b, scale]) => [{ ...matrixProduct(a!, b!), type: scale!.type }],
  },
  MatMulNBits: {
    ...rule([3, 6], { K: 'int', N: 'int', bits: 'int', block_size: 'int', accuracy_level: 'int' }),
    domain: 'com.microsoft',
    infer: ([x], a) => [blockProduct(x!, a)],
  },
  Max: elementwise(),
  Min: elementwise(),
  Mul: elementwise(),
  Neg: unary(),
  NonZero: { ...rule([1, 1]), infer: ([x]) => [{ type: 'int64', shape: [x!.shape.length, '?'] }] },
  Not: unary(),
  Or: elementwise('bool'),
  Pad: { ...rule([2, 4], { mode: 'string' }), infer: ([x]) => [{ type: x!.type, shape: x!.shape.map(() => '?') }] },
  QuantizeLinear: { ...rule([2, 3], { axis: 'int', saturate: 'int' }), infer: (xs) => [quantized(xs)] },
  QuickGelu: { ...unary({ alpha: 'float' }), domain: 'com.microsoft' },
  Range: { ...rule([3, 3]), infer: ([start]) => [{ type: start!.type, shape: ['?'] }] },
  ReduceMax: reduction(),
  ReduceMean: reduction(),
  ReduceMin: reduction(),
  ReduceSum: reduction(),
  Relu: unary(),
  Reshape: { ...rule([2, 2], { allowzero: 'int' }), infer: ([x, s]) => [{ type: x!.type, shape: unknownShape(s!) }] },
  RotaryEmbedding: {
    ...rule([4, 4], { interleaved: 'int', num_heads: 'int', rotary_embedding_dim: 'int' }),
    domain: 'com.microsoft',
    infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  },
  Round: unary(),
  ScatterElements: {
    ...rule([3, 3], { axis: 'int', reduction: 'string' }),
    infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  },
  ScatterND: { ...rule([3, 3], { reduction: 'string' }), infer: ([x]) => [{ type: x!.type, shape: x!.shape }] },
  Shape: {
    ...rule([1, 1], { start: 'int', end: 'int' }),
    infer: ([x], a) => [{ type: 'int64', shape: [shapeLength(x!, a)] }],
  },
  Sigmoid: unary(),
  Sign: unary(),
  SimplifiedLayerNormalization: {
    ...rule([2, 2], { axis: 'int', epsilon: 'float', stash_type: 'int' }),
    infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  },
  Slice: { ...rule([3, 5]), infer: ([x]) => [{ type: x!.type, shape: x!.shape.map(() => '?') }] },
  Softmax: unary({ axis: 'int' }),
  Softplus: unary(),
  Split: { ...rule([1, 2], { axis: 'int', num_outputs: 'int' }), infer: ([x], a) => split(x!, a) },
  Sqrt: unary(),
  Squeeze: { ...rule([2, 2]), infer: ([x, axes]) => [{ ...reducedOver([x!, axes!], { keepdims: 0 }) }] },
  Sub: elementwise(),
  Tanh: unary(),
  TopK: { ...rule([2, 2], { axis: 'int', largest: 'int', sorted: 'int' }), infer: ([x], a) => largest(x!, a) },
  Transpose: { ...rule([1, 1], { perm: 'ints' }), infer: ([x], a) => [transposed(x!, a)] },
  Unsqueeze: { ...rule([2, 2]), infer: ([x]) => [{ type: x!.type, shape: [...x!.shape, '?'] }] },
  Where: {
    ...rule([3, 3]),
    infer: ([c, a, b]) => [{ type: a!.type, shape: broadcast(broadcast(c!.shape, a!.shape), b!.shape) }],
  },
};

/** The rule of an operator, or undefined for one that graphs here may not use. */
export function ruleOf(operator: string): OperatorRule | undefined {
  return Object.hasOwn(operators, operator) ? operators[operator as OperatorName] : undefined;
}

function rule(
  arity: readonly [number, number],
  attributes: OperatorRule['attributes'] = {},
): Pick<OperatorRule, 'domain' | 'arity' | 'attributes'> {
  return { domain: '', arity, attributes };
}

function unary(attributes: OperatorRule['attributes'] = {}): OperatorRule {
  return { ...rule([1, 1], attributes), infer: ([x]) => [{ type: x!.type, shape: x!.shape }] };
}

function elementwise(type?: ElementType): OperatorRule {
  return {
    ...rule([2, 2]),
    infer: ([a, b]) => {
      if (a!.type !== b!.type)
        throw internalError(`element types ${a!.type} of ${a!.name} and ${b!.type} of ${b!.name} differ`);
      return [{ type: type ?? a!.type, shape: broadcast(a!.shape, b!.shape) }];
    },
  };
}

/** Axes are the second input, all where it is left out. */
function reduction(): OperatorRule {
  return {
    ...rule([1, 2], { keepdims: 'int', noop_with_empty_axes: 'int' }),
    infer: (xs, a) => [reducedOver(xs, a)],
  };
}
