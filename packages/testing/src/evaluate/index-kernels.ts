/** Of the reference evaluator, what reads and writes at indices, and what finds them. */
import type { Kernel } from './kernel.ts';
import { front } from './shape-kernels.ts';
import { aroundAxis, coordinates, sizeOf, stridesOf, type Tensor, tensorOf } from './tensor.ts';

type IndexOperator =
  | 'ArgMax'
  | 'Gather'
  | 'GatherElements'
  | 'GatherND'
  | 'NonZero'
  | 'ScatterElements'
  | 'ScatterND'
  | 'TopK';

export const indexKernels: Readonly<Record<IndexOperator, Kernel>> = {
  ArgMax: ([x], { axis = 0, keepdims = 1 }) => {
    const along = front(Number(axis), x!);
    const shape = keepdims === 1 ? x!.shape.with(along, 1) : x!.shape.toSpliced(along, 1);
    return [{ shape, data: sorted(x!, { axis: along, count: 1, sign: -1 }).places.data }];
  },
  Gather: ([x, indices], { axis = 0 }) => {
    const along = front(Number(axis), x!);
    const { outer, size, inner } = aroundAxis(x!, along);
    const count = indices!.data.length;
    const shape = [...x!.shape.slice(0, along), ...indices!.shape, ...x!.shape.slice(along + 1)];
    const at = (index: number): number => {
      const place = indices!.data[Math.floor(index / inner) % count]!;
      return (
        (Math.floor(index / (inner * count)) * size + (place < 0 ? place + size : place)) * inner + (index % inner)
      );
    };
    if (sizeOf(shape) !== outer * count * inner) throw new Error('Gather of an empty tensor');
    return [tensorOf(shape, (index) => x!.data[at(index)]!)];
  },
  GatherElements: ([x, indices], { axis = 0 }) => {
    const places = elementPlaces(x!, indices!, front(Number(axis), x!));
    return [{ shape: indices!.shape, data: Float64Array.from(places, (place) => x!.data[place]!) }];
  },
  GatherND: ([x, indices]) => {
    const { starts, length, rest } = slices(x!, indices!);
    const shape = [...indices!.shape.slice(0, -1), ...rest];
    return [tensorOf(shape, (index) => x!.data[starts[Math.floor(index / length)]! + (index % length)]!)];
  },
  NonZero: ([x]) => {
    const found = [...coordinates(x!.shape)].filter((_, index) => x!.data[index] !== 0);
    return [tensorOf([x!.shape.length, found.length], (i) => found[i % found.length]![Math.floor(i / found.length)]!)];
  },
  ScatterElements: ([x, indices, updates], { axis = 0, reduction }) => {
    const data = x!.data.slice();
    elementPlaces(x!, indices!, front(Number(axis), x!)).forEach((place, index) => {
      data[place] = (reduction === 'add' ? data[place]! : 0) + updates!.data[index]!;
    });
    return [{ shape: x!.shape, data }];
  },
  ScatterND: ([x, indices, updates], { reduction }) => {
    const { starts, length } = slices(x!, indices!);
    const data = x!.data.slice();
    updates!.data.forEach((value, index) => {
      const place = starts[Math.floor(index / length)]! + (index % length);
      data[place] = (reduction === 'add' ? data[place]! : 0) + value;
    });
    return [{ shape: x!.shape, data }];
  },
  TopK: ([x, k], { axis = -1, largest = 1 }) => {
    const { values, places } = sorted(x!, {
      axis: front(Number(axis), x!),
      count: k!.data[0]!,
      sign: largest === 1 ? -1 : 1,
    });
    return [values, places];
  },
};

/** Where in x each index along the axis points. */
function elementPlaces({ shape }: Tensor, indices: Tensor, axis: number): number[] {
  const strides = stridesOf(shape);
  return [...coordinates(indices.shape)].map((at, index) => {
    const place = indices.data[index]!;
    const full = at.with(axis, place < 0 ? place + shape[axis]! : place);
    return full.reduce((sum, value, i) => sum + value * strides[i]!, 0);
  });
}

/** Where the slices that coordinates point at begin, and how long they are. */
function slices({ shape }: Tensor, indices: Tensor): { starts: number[]; length: number; rest: number[] } {
  const depth = indices.shape.at(-1)!;
  const strides = stridesOf(shape);
  const starts = Array.from({ length: indices.data.length / depth }, (_, point) =>
    Array.from(
      indices.data.subarray(point * depth, (point + 1) * depth),
      (place, i) => (place < 0 ? place + shape[i]! : place) * strides[i]!,
    ).reduce((a, b) => a + b, 0),
  );
  const rest = shape.slice(depth);
  return { starts, length: sizeOf(rest), rest };
}

/** The first `count` along the axis, equal ones in their order. */
function sorted(
  x: Tensor,
  { axis, count, sign }: { readonly axis: number; readonly count: number; readonly sign: 1 | -1 },
): { values: Tensor; places: Tensor } {
  const { outer, size, inner } = aroundAxis(x, axis);
  const shape = x.shape.with(axis, count);
  const values = new Float64Array(sizeOf(shape));
  const places = new Float64Array(values.length);
  for (let i = 0; i < outer; i++)
    for (let j = 0; j < inner; j++) {
      const at = (k: number): number => x.data[(i * size + k) * inner + j]!;
      const order = Array.from({ length: size }, (_, k) => k).toSorted((a, b) => sign * (at(a) - at(b)) || a - b);
      for (let k = 0; k < count; k++) {
        const place = (i * count + k) * inner + j;
        [values[place], places[place]] = [at(order[k]!), order[k]!];
      }
    }
  return { values: { shape, data: values }, places: { shape, data: places } };
}
