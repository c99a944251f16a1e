/**
 * The operators that graphs here may use: ONNX opset 21 (https://onnx.ai/onnx/operators/) and onnxruntime's own domain
 * `com.microsoft` (onnxruntime, docs/ContribOperators.md). A rule says what an operator takes and what comes out.
 */
import { internalError } from '@linchpin/errors';
import type { Attribute, Dimension, ElementType, Value } from './value.ts';
import { elementTypeCodes } from './value.ts';

export interface Outcome {
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

export interface OperatorRule {
  readonly domain: '' | 'com.microsoft';
  /** Fewest and most inputs. */
  readonly arity: readonly [number, number];
  readonly attributes: Readonly<Record<string, 'int' | 'float' | 'string' | 'ints'>>;
  /** Types and shapes of the outputs. */
  infer(inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>>): readonly Outcome[];
}

type Attributes = Readonly<Record<string, Attribute>>;

/** Every operator that graphs here may use; the map below is total over it. */
export type OperatorName =
  | 'Abs'
  | 'Add'
  | 'And'
  | 'ArgMax'
  | 'Cast'
  | 'Concat'
  | 'Div'
  | 'Equal'
  | 'Expand'
  | 'Gather'
  | 'GatherElements'
  | 'GatherND'
  | 'Gemm'
  | 'Greater'
  | 'GreaterOrEqual'
  | 'Identity'
  | 'LessOrEqual'
  | 'LogSoftmax'
  | 'MatMul'
  | 'Mul'
  | 'Neg'
  | 'Not'
  | 'Or'
  | 'QuickGelu'
  | 'Range'
  | 'ReduceMax'
  | 'Reshape'
  | 'RotaryEmbedding'
  | 'ScatterElements'
  | 'Shape'
  | 'Sigmoid'
  | 'SimplifiedLayerNormalization'
  | 'Slice'
  | 'Softmax'
  | 'Sub'
  | 'Transpose'
  | 'Unsqueeze'
  | 'Where';

export const operators: Readonly<Record<OperatorName, OperatorRule>> = {
  Abs: unary(),
  Add: elementwise(),
  And: elementwise('bool'),
  ArgMax: { ...rule([1, 1], { axis: 'int', keepdims: 'int' }), infer: ([x], a) => [reduced(x!, a, 'int64')] },
  Cast: { ...rule([1, 1], { to: 'int' }), infer: ([x], a) => [{ type: typeOfCode(a['to']), shape: x!.shape }] },
  Concat: { ...rule([1, 64], { axis: 'int' }), infer: (xs, a) => [concatenated(xs, a)] },
  Div: elementwise(),
  Equal: elementwise('bool'),
  Expand: { ...rule([2, 2]), infer: ([x, s]) => [{ type: x!.type, shape: unknownShape(s!) }] },
  Gather: { ...rule([2, 2], { axis: 'int' }), infer: ([x, i], a) => [gathered(x!, i!, a)] },
  GatherElements: { ...rule([2, 2], { axis: 'int' }), infer: ([x, i]) => [{ type: x!.type, shape: i!.shape }] },
  GatherND: { ...rule([2, 2], {}), infer: ([x, i]) => [gatheredPoints(x!, i!)] },
  Gemm: {
    ...rule([2, 3], { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' }),
    infer: ([a, b], attributes) => [product2d(a!, b!, attributes)],
  },
  Greater: elementwise('bool'),
  GreaterOrEqual: elementwise('bool'),
  Identity: unary(),
  LessOrEqual: elementwise('bool'),
  LogSoftmax: unary({ axis: 'int' }),
  MatMul: { ...rule([2, 2]), infer: ([a, b]) => [matrixProduct(a!, b!)] },
  Mul: elementwise(),
  Neg: unary(),
  Not: unary(),
  Or: elementwise('bool'),
  QuickGelu: { ...unary({ alpha: 'float' }), domain: 'com.microsoft' },
  Range: { ...rule([3, 3]), infer: ([start]) => [{ type: start!.type, shape: ['?'] }] },
  ReduceMax: {
    ...rule([1, 2], { keepdims: 'int' }),
    infer: ([x]) => [{ type: x!.type, shape: x!.shape.map(() => '?') }],
  },
  Reshape: { ...rule([2, 2], { allowzero: 'int' }), infer: ([x, s]) => [{ type: x!.type, shape: unknownShape(s!) }] },
  RotaryEmbedding: {
    ...rule([4, 4], { interleaved: 'int', num_heads: 'int', rotary_embedding_dim: 'int' }),
    domain: 'com.microsoft',
    infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  },
  ScatterElements: { ...rule([3, 3], { axis: 'int' }), infer: ([x]) => [{ type: x!.type, shape: x!.shape }] },
  Shape: {
    ...rule([1, 1], { start: 'int', end: 'int' }),
    infer: ([x], a) => [{ type: 'int64', shape: [shapeLength(x!, a)] }],
  },
  Sigmoid: unary(),
  SimplifiedLayerNormalization: {
    ...rule([2, 2], { axis: 'int', epsilon: 'float', stash_type: 'int' }),
    infer: ([x]) => [{ type: x!.type, shape: x!.shape }],
  },
  Slice: { ...rule([3, 5]), infer: ([x]) => [{ type: x!.type, shape: x!.shape.map(() => '?') }] },
  Softmax: unary({ axis: 'int' }),
  Sub: elementwise(),
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

/** Shape that two shapes broadcast to; sizes that cannot be told from names become `?`. */
export function broadcast(a: readonly Dimension[], b: readonly Dimension[]): Dimension[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    if (typeof left === 'number' && typeof right === 'number') {
      throw internalError(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    }
    return typeof left === 'number' ? left : typeof right === 'number' ? right : '?';
  });
}

function reduced(x: Value, attributes: Attributes, type: ElementType): Outcome {
  const axis = axisOf(attributes['axis'], x.shape.length);
  const keep = attributes['keepdims'] !== 0;
  return { type, shape: keep ? x.shape.with(axis, 1) : x.shape.toSpliced(axis, 1) };
}

function concatenated(values: readonly Value[], attributes: Attributes): Outcome {
  const first = values[0]!;
  const axis = axisOf(attributes['axis'], first.shape.length);
  const sizes = values.map((value) => value.shape[axis]!);
  const total = sizes.every((size) => typeof size === 'number') ? sizes.reduce((sum, size) => sum + size, 0) : '?';
  return { type: first.type, shape: first.shape.with(axis, total) };
}

function gathered(x: Value, indices: Value, attributes: Attributes): Outcome {
  const axis = axisOf(attributes['axis'] ?? 0, x.shape.length);
  return { type: x.type, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] };
}

function gatheredPoints(x: Value, indices: Value): Outcome {
  const depth = indices.shape.at(-1);
  const rest = typeof depth === 'number' ? x.shape.slice(depth) : ['?'];
  return { type: x.type, shape: [...indices.shape.slice(0, -1), ...rest] };
}

function product2d(a: Value, b: Value, attributes: Attributes): Outcome {
  const [rows, inner] = attributes['transA'] === 1 ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [innerB, columns] = attributes['transB'] === 1 ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  requireEqualSizes(inner, innerB, `Gemm of ${a.name} and ${b.name}`);
  return { type: a.type, shape: [rows, columns] };
}

function matrixProduct(a: Value, b: Value): Outcome {
  requireEqualSizes(a.shape.at(-1)!, b.shape.at(-2)!, `MatMul of ${a.name} and ${b.name}`);
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { type: a.type, shape: [...batch, a.shape.at(-2)!, b.shape.at(-1)!] };
}

function requireEqualSizes(a: Dimension, b: Dimension, where: string): void {
  if (typeof a === 'number' && typeof b === 'number' && a !== b)
    throw internalError(`${where}: inner sizes ${a} and ${b} differ`);
}

function transposed(x: Value, attributes: Attributes): Outcome {
  const order = attributes['perm'];
  if (!Array.isArray(order) || order.length !== x.shape.length)
    throw internalError(`Transpose of ${x.name}: perm does not fit its rank`);
  return { type: x.type, shape: order.map((axis: number) => x.shape[axis]!) };
}

function shapeLength(x: Value, attributes: Attributes): number {
  const start = (attributes['start'] as number | undefined) ?? 0;
  const end = (attributes['end'] as number | undefined) ?? x.shape.length;
  return end - start;
}

function unknownShape(shape: Value): Dimension[] {
  const rank = shape.shape[0];
  if (typeof rank !== 'number') throw internalError(`the shape ${shape.name} has no known rank`);
  return Array.from({ length: rank }, () => '?');
}

function axisOf(axis: Attribute | undefined, rank: number): number {
  if (typeof axis !== 'number') throw internalError('an axis is missing');
  return axis < 0 ? axis + rank : axis;
}

function typeOfCode(code: Attribute | undefined): ElementType {
  for (const [name, value] of Object.entries(elementTypeCodes)) if (value === code) return name as ElementType;
  throw internalError(`no element type has the code ${String(code)}`);
}
