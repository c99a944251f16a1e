/** Products, norms, reductions, softmax and rotations of the reference evaluator. */
import type { Attributes, Kernel } from './kernel.ts';
import { aroundAxis, broadcastShape, coordinates, entry, sizeOf, type Tensor, tensorOf } from './tensor.ts';

/** α · op(A) · op(B) over the last two axes; those before them broadcast. */
export function matMul(a: Tensor, b: Tensor, { alpha = 1, transA, transB }: Attributes): Tensor {
  const sizes = ({ shape }: Tensor, transposed: boolean): [number, number] =>
    transposed ? [shape.at(-1)!, shape.at(-2)!] : [shape.at(-2)!, shape.at(-1)!];
  const [rows, inner] = sizes(a, transA === 1);
  const [innerOfB, columns] = sizes(b, transB === 1);
  if (inner !== innerOfB) throw new Error(`inner sizes ${inner} and ${innerOfB} differ`);
  const batch = broadcastShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const data = new Float64Array(sizeOf(batch) * rows * columns);
  let index = 0;
  for (const at of coordinates(batch)) {
    const [startA, startB] = [matrixStart(a, at), matrixStart(b, at)];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          const x = a.data[startA + (transA === 1 ? k * rows + row : row * inner + k)]!;
          sum += x * b.data[startB + (transB === 1 ? column * inner + k : k * columns + column)]!;
        }
        data[index++] = Number(alpha) * sum;
      }
  }
  return { shape: [...batch, rows, columns], data };
}

function matrixStart({ shape }: Tensor, at: readonly number[]): number {
  const batch = shape.slice(0, -2);
  const place = tensorOf(batch, (index) => index);
  return entry(place, at) * shape.at(-1)! * shape.at(-2)!;
}

export function softmaxed(x: Tensor, axis: number, what: 'probabilities' | 'logarithms'): Tensor {
  return alongAxis(x, axis < 0 ? axis + x.shape.length : axis, (values) => {
    const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = values.reduce((total, value) => total + Math.exp(value - largest), 0);
    return values.map((value) =>
      what === 'probabilities' ? Math.exp(value - largest) / sum : value - largest - Math.log(sum),
    );
  });
}

export interface NormOptions {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly epsilon: number;
  readonly isCentred: boolean;
}

export function layerNorm(x: Tensor, { weight, bias, epsilon, isCentred }: NormOptions): Tensor {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return alongAxis(x, x.shape.length - 1, (values) => {
    const centre = isCentred ? mean(values) : 0;
    const deviation = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) + epsilon);
    return values.map((value, i) => ((value - centre) / deviation) * weight.data[i]! + (bias?.data[i] ?? 0));
  });
}

function alongAxis(x: Tensor, axis: number, map: (values: number[]) => number[]): Tensor {
  const { outer, size, inner } = aroundAxis(x, axis);
  const data = new Float64Array(x.data.length);
  for (let i = 0; i < outer; i++)
    for (let j = 0; j < inner; j++) {
      const at = (k: number): number => (i * size + k) * inner + j;
      map(Array.from({ length: size }, (_, k) => x.data[at(k)]!)).forEach((value, k) => (data[at(k)] = value));
    }
  return { shape: x.shape, data };
}

/** Over the axes of the second input, or all. */
export function reductionOf(reduce: (values: readonly number[]) => number): Kernel {
  return ([x, axes], { keepdims = 1, noop_with_empty_axes: noop = 0 }) => {
    const { shape } = x!;
    if (axes === undefined && noop === 1) return [x!];
    const over = new Set(
      axes === undefined ? shape.keys() : Array.from(axes.data, (axis) => (axis < 0 ? axis + shape.length : axis)),
    );
    const kept = shape.map((size, axis) => (over.has(axis) ? 1 : size));
    const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
    const places = tensorOf(kept, (index) => index);
    let index = 0;
    for (const at of coordinates(shape)) groups[entry(places, at)]!.push(x!.data[index++]!);
    const result = keepdims === 1 ? kept : shape.filter((_, axis) => !over.has(axis));
    return [{ shape: result, data: Float64Array.from(groups, reduce) }];
  };
}

/** Rotates [batch, length, heads · headSize] in the rotate-half form; positions are [batch, length], or one a batch to begin with. */
export function rotary([x, positions, cosines, sines]: readonly Tensor[], attributes: Attributes): Tensor {
  if (attributes['interleaved'] === 1) throw new Error('interleaved rotations');
  const [, length, width] = x!.shape as [number, number, number];
  const pairs = cosines!.shape[1]!;
  const heads = Number(attributes['num_heads'] ?? 0);
  const headSize = heads === 0 ? 2 * pairs : width / heads;
  const data = x!.data.slice();
  for (let token = 0; token < x!.data.length / width; token++) {
    const position = positions!.data.length === 1 ? positions!.data[0]! + (token % length) : positions!.data[token]!;
    for (let start = token * width; start < (token + 1) * width; start += headSize)
      for (let pair = 0; pair < pairs; pair++) {
        const [a, b] = [x!.data[start + pair]!, x!.data[start + pairs + pair]!];
        const [cosine, sine] = [cosines!.data[position * pairs + pair]!, sines!.data[position * pairs + pair]!];
        data[start + pair] = a * cosine - b * sine;
        data[start + pairs + pair] = b * cosine + a * sine;
      }
  }
  return { shape: x!.shape, data };
}
