/** Of the reference evaluator, what moves entries. */
import type { Kernel } from './kernel.ts';
import {
  aroundAxis,
  broadcastShape,
  coordinates,
  entry,
  mapped,
  sizeOf,
  stridesOf,
  type Tensor,
  tensorOf,
} from './tensor.ts';

type ShapeOperator =
  | 'Concat'
  | 'Expand'
  | 'Pad'
  | 'Reshape'
  | 'Shape'
  | 'Slice'
  | 'Split'
  | 'Squeeze'
  | 'Transpose'
  | 'Unsqueeze';

export const shapeKernels: Readonly<Record<ShapeOperator, Kernel>> = {
  Concat: (inputs, { axis }) => [concatenated(inputs, front(Number(axis), inputs[0]!))],
  Expand: ([x, shape]) => {
    const target = broadcastShape([x!.shape, integers(shape!)]);
    return [mapped([x!, tensorOf(target, () => 0)], (value) => value)];
  },
  Pad: ([x, pads]) => [padded(x!, integers(pads!))],
  Reshape: ([x, target]) => {
    const wanted = integers(target!).map((size, axis) => (size === 0 ? x!.shape[axis]! : size));
    const known = wanted.filter((size) => size !== -1);
    const shape = wanted.map((size) => (size === -1 ? x!.data.length / sizeOf(known) : size));
    if (sizeOf(shape) !== x!.data.length) throw new Error(`[${x!.shape.join(', ')}] is not [${shape.join(', ')}]`);
    return [{ shape, data: x!.data }];
  },
  Shape: ([x], { start = 0, end }) => {
    const sizes = x!.shape.slice(Number(start), end === undefined ? undefined : Number(end));
    return [tensorOf([sizes.length], (index) => sizes[index]!)];
  },
  Slice: ([x, starts, ends, axes, steps]) => {
    const along = axes === undefined ? [...starts!.data.keys()] : integers(axes).map((axis) => front(axis, x!));
    if (steps?.data.some((step) => step !== 1)) throw new Error('Slice with steps');
    return [sliced(x!, along, [integers(starts!), integers(ends!)])];
  },
  Split: ([x], { axis = 0, num_outputs: count }) => {
    const along = front(Number(axis), x!);
    const size = Math.ceil(x!.shape[along]! / Number(count));
    return Array.from({ length: Number(count) }, (_, i) => sliced(x!, [along], [[i * size], [(i + 1) * size]]));
  },
  Squeeze: ([x, axes]) => {
    const gone = new Set(integers(axes!).map((axis) => front(axis, x!)));
    return [{ shape: x!.shape.filter((_, axis) => !gone.has(axis)), data: x!.data }];
  },
  Transpose: ([x], { perm }) => {
    const order = perm as readonly number[];
    const strides = stridesOf(x!.shape);
    const shape = order.map((axis) => x!.shape[axis]!);
    const data = new Float64Array(x!.data.length);
    let index = 0;
    for (const at of coordinates(shape))
      data[index++] = x!.data[order.reduce((sum, axis, i) => sum + strides[axis]! * at[i]!, 0)]!;
    return [{ shape, data }];
  },
  Unsqueeze: ([x, axes]) => {
    const rank = x!.shape.length + axes!.data.length;
    const shape = [...x!.shape];
    for (const axis of integers(axes!)
      .map((place) => (place < 0 ? place + rank : place))
      .toSorted((a, b) => a - b))
      shape.splice(axis, 0, 1);
    return [{ shape, data: x!.data }];
  },
};

function integers({ data }: Tensor): number[] {
  return Array.from(data);
}

/** An axis counted from the front. */
export function front(axis: number, { shape }: Tensor): number {
  return axis < 0 ? axis + shape.length : axis;
}

function sliced(
  x: Tensor,
  axes: readonly number[],
  [starts, ends]: readonly [readonly number[], readonly number[]],
): Tensor {
  const from = x.shape.map(() => 0);
  const shape = [...x.shape];
  axes.forEach((axis, index) => {
    const size = x.shape[axis]!;
    const place = (value: number): number => Math.min(Math.max(value < 0 ? value + size : value, 0), size);
    from[axis] = place(starts[index]!);
    shape[axis] = Math.max(0, place(ends[index]!) - from[axis]);
  });
  const data = new Float64Array(sizeOf(shape));
  let index = 0;
  for (const at of coordinates(shape))
    data[index++] = entry(
      x,
      at.map((place, axis) => (x.shape[axis] === 1 ? 0 : place + from[axis]!)),
    );
  return { shape, data };
}

function concatenated(inputs: readonly Tensor[], axis: number): Tensor {
  const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = inputs[0]!.shape.with(axis, total);
  const { outer, inner } = aroundAxis({ shape }, axis);
  const data = new Float64Array(sizeOf(shape));
  let index = 0;
  for (let i = 0; i < outer; i++)
    for (const { shape: own, data: values } of inputs) {
      const length = own[axis]! * inner;
      data.set(values.subarray(i * length, (i + 1) * length), index);
      index += length;
    }
  return { shape, data };
}

/** Zeros before and behind along every axis; negative numbers take entries off. */
function padded(x: Tensor, pads: readonly number[]): Tensor {
  const rank = x.shape.length;
  const shape = x.shape.map((size, axis) => size + pads[axis]! + pads[axis + rank]!);
  const data = new Float64Array(sizeOf(shape));
  const strides = stridesOf(x.shape);
  let index = 0;
  for (const at of coordinates(shape)) {
    const place = at.map((value, axis) => value - pads[axis]!);
    const isInside = place.every((value, axis) => value >= 0 && value < x.shape[axis]!);
    data[index++] = isInside ? x.data[place.reduce((sum, value, axis) => sum + value * strides[axis]!, 0)]! : 0;
  }
  return { shape, data };
}
