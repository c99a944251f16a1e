import { describe, expect, it } from 'vitest';
import { Graph } from './graph.ts';
import { absent, type Dimension, type ElementType, type Value } from './value.ts';
import { verifyGraph } from './verify.ts';

const graph = new Graph();
const x = graph.input('x', 'float32', ['tokens', 8]);
const integers = graph.input('integers', 'uint8', ['tokens', 8]);
const matrix = graph.input('matrix', 'int8', [8, 6]);
const scale = graph.input('scale', 'float32', []);
const zero = graph.input('zero', 'int8', []);
const one = graph.integers([1]);

const outcomes = (values: readonly Value[]): [ElementType, readonly Dimension[]][] =>
  values.map(({ type, shape }) => [type, shape]);

describe('operators', () => {
  it('knows integer products', () => {
    expect(outcomes([graph.apply('MatMulInteger', [integers, matrix])])).toEqual([['int32', ['tokens', 6]]]);
    const operands = [integers, matrix, scale, scale, absent, zero];
    expect(outcomes([graph.apply('MatMulIntegerToFloat', operands)])).toEqual([['float32', ['tokens', 6]]]);
    expect(() => graph.apply('MatMulInteger', [matrix, matrix])).toThrow(/inner sizes 6 and 8/);
  });

  it('quantizes to the type of the zero point, and back to that of the scale', () => {
    expect(graph.apply('QuantizeLinear', [x, scale]).type).toBe('uint8');
    expect(graph.apply('QuantizeLinear', [x, scale, absent]).type).toBe('uint8');
    expect(graph.apply('QuantizeLinear', [x, scale, zero]).type).toBe('int8');
    expect(outcomes([graph.apply('DequantizeLinear', [matrix, scale])])).toEqual([['float32', [8, 6]]]);
    expect(outcomes(graph.applyAll('DynamicQuantizeLinear', [x]))).toEqual([
      ['uint8', ['tokens', 8]],
      ['float32', []],
      ['uint8', []],
    ]);
  });

  it('gives every output of the operators that have several', () => {
    expect(outcomes(graph.applyAll('Split', [x], { attributes: { axis: 1, num_outputs: 2 } }))).toEqual([
      ['float32', ['tokens', 4]],
      ['float32', ['tokens', 4]],
    ]);
    expect(outcomes(graph.applyAll('TopK', [x, one]))).toEqual([
      ['float32', ['tokens', '?']],
      ['int64', ['tokens', '?']],
    ]);
    const named = graph.applyAll('TopK', [x, one], { name: 'top', shapes: [['tokens', 1]] });
    expect(named.map(({ name }) => name)).toEqual(['top', 'top_1']);
    expect(named[0]?.shape).toEqual(['tokens', 1]);
  });

  it('reduces over axes, or over all of them', () => {
    expect(graph.apply('ReduceSum', [x, one], { attributes: { keepdims: 0 } }).shape).toEqual(['?']);
    expect(graph.apply('ReduceMin', [x, one]).shape).toEqual(['?', '?']);
    expect(graph.apply('ReduceMean', [x], { attributes: { keepdims: 0 } }).shape).toEqual([]);
    expect(graph.apply('ReduceMax', [x]).shape).toEqual([1, 1]);
  });

  it('keeps type and shape where entries stay in place, and compares to bool', () => {
    for (const operator of ['Round', 'Sqrt', 'Exp', 'Log', 'Sign', 'Floor', 'Ceil'] as const)
      expect(outcomes([graph.apply(operator, [x])])).toEqual([['float32', ['tokens', 8]]]);
    expect(graph.apply('Clip', [x, scale, absent]).shape).toEqual(['tokens', 8]);
    expect(graph.apply('Max', [x, scale]).shape).toEqual(['tokens', 8]);
    expect(graph.apply('Min', [scale, x]).shape).toEqual(['tokens', 8]);
    expect(graph.apply('Less', [x, scale]).type).toBe('bool');
    expect(graph.apply('ScatterND', [x, graph.input('at', 'int64', [2, 1]), x]).shape).toEqual(['tokens', 8]);
    expect(graph.apply('Squeeze', [x, one]).shape).toEqual(['?']);
  });

  it('lays nodes that the checks find nothing wrong with', () => {
    const read = new Set(graph.nodes.flatMap((node) => node.inputs));
    for (const node of graph.nodes)
      for (const name of node.outputs) if (!read.has(name)) graph.outputs.push({ name, type: 'float32', shape: [] });
    expect(verifyGraph(graph)).toEqual([]);
  });
});
