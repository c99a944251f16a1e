import { gradients, lossOf } from '@linchpin/autodiff';
import { Graph, type Value } from '@linchpin/onnx';
import type { AdapterContext } from '@linchpin/plugin-api';
import { evaluateGraph, largestDifference, type Tensor } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { layDora, layLora } from './lay-adapter.ts';
import { merge, rowSquares } from './merge.ts';

const [tokens, rows, columns, rank, scale] = [5, 6, 8, 2, 1.5];
const names = { a: 'a', b: 'b', magnitude: 'm' };
const wave = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i));

const w = wave(rows * columns, 1).fill(0, 2 * columns, 3 * columns);
const squares = rowSquares(w, columns);
const given = {
  x: wave(tokens * columns, 2),
  a: wave(rank * columns, 3),
  b: wave(rows * rank, 4),
  m: wave(rows, 5).map((value) => 2 + value),
  bias: wave(rows, 6),
};
const shapes = { x: [tokens, columns], a: [rank, columns], b: [rows, rank], m: [rows], bias: [rows] };

type Lay = (context: AdapterContext) => Value;

function evaluate(
  lay: Lay,
  changed: Partial<typeof given> = {},
): { y: Float64Array; gradients: (Tensor | undefined)[] } {
  const graph = new Graph();
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, 'float32', shape)]),
  ) as Record<keyof typeof shapes, Value>;
  const weight = graph.tensor('w', 'float32', [rows, columns], w);
  const output = graph.apply('Gemm', [inputs.x, weight, inputs.bias], { attributes: { transB: 1 } });
  const constants: Value[] = [];
  const y = lay({
    graph,
    input: inputs.x,
    output,
    bias: inputs.bias,
    weight: () => weight,
    trained: (name) => graph.value(name),
    constant(value) {
      constants.push(value);
      return value;
    },
  });
  const loss = graph.apply('ReduceSum', [graph.apply('Mul', [y, y])], { attributes: { keepdims: 0 } });
  const laid = gradients(graph, lossOf(graph, loss), [inputs.a, inputs.b, inputs.m], { constants });
  const feeds = Object.entries({ ...given, ...changed }).map(([name, values]) => [
    name,
    { shape: shapes[name as keyof typeof shapes], data: Float64Array.from(values) },
  ]);
  const values = evaluateGraph(graph, Object.fromEntries(feeds));
  return { y: values.get(y.name)!.data, gradients: laid.map((each) => each && values.get(each.name)) };
}

/** What the merged matrix gives. */
function merged(magnitude: Float32Array | undefined): Float64Array {
  const matrix = w.slice();
  merge(matrix, columns, { rank, scale, a: given.a, b: given.b, magnitude });
  return Float64Array.from({ length: tokens * rows }, (_, at) => {
    const [token, row] = [Math.floor(at / rows), at % rows];
    let sum = given.bias[row]!;
    for (let j = 0; j < columns; j++) sum += given.x[token * columns + j]! * matrix[row * columns + j]!;
    return sum;
  });
}

const lora: Lay = (context) => layLora(context, names, scale);
const dora: Lay = (context) => layDora(context, names, { scale, squares });

describe('what an adapter gives', () => {
  it('is what the merged matrix gives, the bias left alone', () => {
    expect(largestDifference(evaluate(lora).y, merged(undefined))).toBeLessThan(2e-6);
    expect(largestDifference(evaluate(dora).y, merged(given.m))).toBeLessThan(2e-6);
  });

  it('is what the module gives before the first step, and A has no gradient there', () => {
    const b = new Float32Array(rows * rank);
    const m = squares.map(Math.sqrt);
    const plain = evaluate(({ output }) => output).y;
    for (const lay of [lora, dora]) {
      const { y, gradients: laid } = evaluate(lay, { b, m });
      expect(largestDifference(y, plain)).toBeLessThan(1e-6);
      expect(laid[0]!.data.every((value) => value === 0)).toBe(true);
      expect(laid[1]!.data.some((value) => value !== 0)).toBe(true);
    }
  });

  it('has no NaN at a row of zeros, and no gradient of what the row has', () => {
    const { y, gradients: laid } = evaluate(dora, { b: new Float32Array(rows * rank), m: squares.map(Math.sqrt) });
    expect([...y, ...laid.flatMap((each) => [...each!.data])].every(Number.isFinite)).toBe(true);
    expect([...laid[1]!.data.subarray(2 * rank, 3 * rank), laid[2]!.data[2]]).toEqual([0, 0, 0]);
  });
});
