/** What comes out of operators: types and shapes, sizes by name where only the run knows them. */
import { internalError } from '@linchpin/errors';
import { type Attribute, type Dimension, type ElementType, elementTypeCodes, type Value } from './value.ts';

export interface Outcome {
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

type Attributes = Readonly<Record<string, Attribute>>;

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

/** One axis, an attribute, is reduced (ArgMax). */
export function reduced(x: Value, attributes: Attributes, type: ElementType): Outcome {
  const axis = axisOf(attributes['axis'], x.shape.length);
  const keep = attributes['keepdims'] !== 0;
  return { type, shape: keep ? x.shape.with(axis, 1) : x.shape.toSpliced(axis, 1) };
}

/** Values behind each other along an axis. */
export function concatenated(values: readonly Value[], attributes: Attributes): Outcome {
  const first = values[0]!;
  const axis = axisOf(attributes['axis'], first.shape.length);
  const sizes = values.map((value) => value.shape[axis]!);
  const total = sizes.every((size) => typeof size === 'number') ? sizes.reduce((sum, size) => sum + size, 0) : '?';
  return { type: first.type, shape: first.shape.with(axis, total) };
}

/** Slices along an axis. */
export function gathered(x: Value, indices: Value, attributes: Attributes): Outcome {
  const axis = axisOf(attributes['axis'] ?? 0, x.shape.length);
  return { type: x.type, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] };
}

/** Entries at coordinates. */
export function gatheredPoints(x: Value, indices: Value): Outcome {
  const depth = indices.shape.at(-1);
  const rest = typeof depth === 'number' ? x.shape.slice(depth) : ['?'];
  return { type: x.type, shape: [...indices.shape.slice(0, -1), ...rest] };
}

/** Gemm, either operand transposed or not. */
export function product2d(a: Value, b: Value, attributes: Attributes): Outcome {
  const [rows, inner] = attributes['transA'] === 1 ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [innerB, columns] = attributes['transB'] === 1 ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  requireEqualSizes(inner, innerB, `Gemm of ${a.name} and ${b.name}`);
  return { type: a.type, shape: [rows, columns] };
}

/** The last two axes multiply, those before them broadcast. */
export function matrixProduct(a: Value, b: Value): Outcome {
  requireEqualSizes(a.shape.at(-1)!, b.shape.at(-2)!, `MatMul of ${a.name} and ${b.name}`);
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { type: a.type, shape: [...batch, a.shape.at(-2)!, b.shape.at(-1)!] };
}

/** The same, either operand with its last two axes swapped or not. */
export function transposedProduct(a: Value, b: Value, attributes: Attributes): Outcome {
  return matrixProduct(attributes['transA'] === 1 ? swapped(a) : a, attributes['transB'] === 1 ? swapped(b) : b);
}

function swapped(x: Value): Value {
  return { ...x, shape: [...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!] };
}

function requireEqualSizes(a: Dimension, b: Dimension, where: string): void {
  if (typeof a === 'number' && typeof b === 'number' && a !== b)
    throw internalError(`${where}: inner sizes ${a} and ${b} differ`);
}

/** MatMulNBits: a matrix of N rows of K columns, packed in blocks, whose sizes are attributes. */
export function blockProduct(x: Value, attributes: Attributes): Outcome {
  const { K: columns, N: rows } = attributes;
  if (typeof columns !== 'number' || typeof rows !== 'number')
    throw internalError(`MatMulNBits of ${x.name}: K or N is missing`);
  requireEqualSizes(x.shape.at(-1)!, columns, `MatMulNBits of ${x.name}`);
  return { type: x.type, shape: [...x.shape.slice(0, -1), rows] };
}

/** Axes in another order. */
export function transposed(x: Value, attributes: Attributes): Outcome {
  const order = attributes['perm'];
  if (!Array.isArray(order) || order.length !== x.shape.length)
    throw internalError(`Transpose of ${x.name}: perm does not fit its rank`);
  return { type: x.type, shape: order.map((axis: number) => x.shape[axis]!) };
}

/** How many axes Shape gives the sizes of. */
export function shapeLength(x: Value, attributes: Attributes): number {
  const start = (attributes['start'] as number | undefined) ?? 0;
  const end = (attributes['end'] as number | undefined) ?? x.shape.length;
  return end - start;
}

/** Sizes that only the run knows; their number is that of the shape's entries. */
export function unknownShape(shape: Value): Dimension[] {
  const rank = shape.shape[0];
  if (typeof rank !== 'number') throw internalError(`the shape ${shape.name} has no known rank`);
  return Array.from({ length: rank }, () => '?');
}

function axisOf(axis: Attribute | undefined, rank: number): number {
  if (typeof axis !== 'number') throw internalError('an axis is missing');
  return axis < 0 ? axis + rank : axis;
}

/** The element type of an ONNX code. */
export function typeOfCode(code: Attribute | undefined): ElementType {
  for (const [name, value] of Object.entries(elementTypeCodes)) if (value === code) return name as ElementType;
  throw internalError(`no element type has the code ${String(code)}`);
}

/** Axes, the second input, are reduced; all of them where it is left out. */
export function reducedOver([x, axes]: readonly Value[], attributes: Attributes): Outcome {
  const keep = attributes['keepdims'] !== 0;
  const rank = x!.shape.length;
  if (axes === undefined || axes.name === '') {
    if (attributes['noop_with_empty_axes'] === 1) return { type: x!.type, shape: x!.shape };
    return { type: x!.type, shape: keep ? x!.shape.map(() => 1) : [] };
  }
  if (keep) return { type: x!.type, shape: x!.shape.map(() => '?') };
  const count = axes.shape[0];
  if (typeof count !== 'number') throw internalError(`the axes ${axes.name} have no known number`);
  return { type: x!.type, shape: Array.from({ length: rank - count }, () => '?') };
}

/** QuantizeLinear: the type is that of the zero point, uint8 where there is none. */
export function quantized([x, , zeroPoint]: readonly Value[]): Outcome {
  return { type: zeroPoint === undefined || zeroPoint.name === '' ? 'uint8' : zeroPoint.type, shape: x!.shape };
}

/** The k largest along an axis, and their places; k is data. */
export function largest(x: Value, attributes: Attributes): readonly Outcome[] {
  const shape = x.shape.with(axisOf(attributes['axis'] ?? -1, x.shape.length), '?');
  return [
    { type: x.type, shape },
    { type: 'int64', shape },
  ];
}

/** Equal parts along an axis. */
export function split(x: Value, attributes: Attributes): readonly Outcome[] {
  const axis = axisOf(attributes['axis'] ?? 0, x.shape.length);
  const parts = attributes['num_outputs'];
  if (typeof parts !== 'number') throw internalError(`Split of ${x.name}: num_outputs is missing`);
  const size = x.shape[axis]!;
  const part = typeof size === 'number' && size % parts === 0 ? size / parts : '?';
  return Array.from({ length: parts }, () => ({ type: x.type, shape: x.shape.with(axis, part) }));
}
