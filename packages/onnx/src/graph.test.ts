import { describe, expect, it } from 'vitest';
import { Graph } from './graph.ts';

import { printGraph } from './print.ts';
import { broadcast } from './shape-rules.ts';
import { verifyGraph } from './verify.ts';

/** relu-free two-layer product, small enough to read. */
function sample(): Graph {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['tokens', 4]);
  const weight = graph.external('layer.weight', 'float16', [3, 4], {
    location: 'model.safetensors',
    offset: 120,
    length: 24,
  });
  const product = graph.apply('Gemm', [x, graph.cast(weight, 'float32')], { attributes: { transB: 1 } });
  const shifted = graph.apply('Add', [product, graph.float(0.5)]);
  graph.output(graph.apply('Softmax', [shifted], { attributes: { axis: -1 } }), 'probabilities');
  return graph;
}

describe('Graph', () => {
  it('prints as one line a value', () => {
    expect(printGraph(sample())).toMatchSnapshot();
  });

  it('infers shapes, keeping names of sizes', () => {
    const graph = new Graph();
    const q = graph.input('q', 'float32', ['rows', 2, 'length', 8]);
    const k = graph.input('k', 'float32', ['rows', 2, 8, 'length']);
    expect(graph.apply('MatMul', [q, k]).shape).toEqual(['rows', 2, 'length', 'length']);
    expect(graph.transpose(q, [0, 2, 1, 3]).shape).toEqual(['rows', 'length', 2, 8]);
    expect(graph.rows(graph.input('table', 'float32', [10, 8]), graph.input('ids', 'int32', ['tokens'])).shape).toEqual(
      ['tokens', 8],
    );
    expect(graph.apply('ArgMax', [q], { attributes: { axis: -1, keepdims: 0 } })).toMatchObject({
      type: 'int64',
      shape: ['rows', 2, 'length'],
    });
    expect(graph.unsqueeze(q, [1, 2]).shape).toEqual(['rows', 1, 1, 2, 'length', 8]);
  });

  it('shares equal constants and never names two values alike', () => {
    const graph = new Graph();
    expect(graph.float(1)).toBe(graph.float(1));
    expect(graph.integers([1, 2])).not.toBe(graph.integers([12]));
    expect(graph.byte(128)).toBe(graph.byte(128));
    expect(graph.byte(1)).toMatchObject({ type: 'uint8', shape: [] });
    expect(graph.initializers.map(({ data }) => data)).toContainEqual(Uint8Array.of(128));
    const x = graph.input('x', 'float32', [1]);
    expect(graph.apply('Abs', [x]).name).not.toBe(graph.apply('Abs', [x]).name);
    const size = graph.sizeAt(graph.apply('Shape', [x]), 0);
    expect(size).toMatchObject({ type: 'int64', shape: [1] });
    expect(graph.nodes.at(-1)!.inputs.slice(1)).toEqual([graph.integers([0]).name, graph.integers([1]).name]);
    expect(() => graph.input('x', 'float32', [1])).toThrow(/two values are named x/);
  });

  it('numbers the names of a stem upwards, past those that are taken, in the same time for each', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [1]);
    graph.input('Abs_2', 'float32', [1]);
    graph.input('Abs_1_1', 'float32', [1]);
    const name = (stem: string): string => graph.apply('Abs', [x], { name: stem }).name;
    expect(['Abs', 'Abs', 'Abs', 'Abs_1', 'Abs_1', 'Abs'].map(name)).toEqual([
      'Abs',
      'Abs_1',
      'Abs_3',
      'Abs_1_2',
      'Abs_1_3',
      'Abs_4',
    ]);
    // A search from the beginning for each would take hours.
    for (let index = 0; index < 300_000; index++) graph.apply('Neg', [x]);
    expect(graph.nodes.at(-1)!.outputs).toEqual(['Neg_299999']);
  });

  it('refuses what cannot fit', () => {
    const graph = new Graph();
    const a = graph.input('a', 'float32', ['n', 4]);
    const b = graph.input('b', 'float32', [3, 5]);
    expect(() => graph.apply('Gemm', [a, b], { attributes: { transB: 1 } })).toThrow(/inner sizes 4 and 5/);
    expect(() => graph.apply('Add', [a, graph.integer(1)])).toThrow(/element types/);
    expect(() => broadcast([2, 3], [4])).toThrow(/do not broadcast/);
    expect(() => graph.tensor('t', 'float32', [3], new Float32Array(2))).toThrow(/8 bytes/);
  });
});

describe('verifyGraph', () => {
  it('finds nothing in a sound graph', () => {
    expect(verifyGraph(sample())).toEqual([]);
  });

  it('finds a weight that nobody reads', () => {
    const graph = sample();
    graph.tensor('lost', 'float32', [1], new Float32Array(1));
    expect(verifyGraph(graph)).toEqual(['nobody reads the initializer lost']);
  });

  it.each<[string, (graph: Graph) => void, RegExp]>([
    [
      'a value that is not there yet',
      (graph) => graph.nodes.unshift({ operator: 'Abs', inputs: ['Gemm'], outputs: ['early'], attributes: {} }),
      /reads Gemm before/,
    ],
    [
      'an operator that is not known',
      (graph) => graph.nodes.push({ operator: 'Einsum', inputs: ['x'], outputs: ['y'], attributes: {} }),
      /Einsum is not one/,
    ],
    [
      'an attribute that is not known',
      (graph) => graph.nodes.push({ operator: 'Softmax', inputs: ['x'], outputs: ['y'], attributes: { axes: 1 } }),
      /no attribute axes/,
    ],
    [
      'an attribute of another kind',
      (graph) => graph.nodes.push({ operator: 'Softmax', inputs: ['x'], outputs: ['y'], attributes: { axis: 0.5 } }),
      /axis of Softmax is no int/,
    ],
    [
      'too few inputs',
      (graph) => graph.nodes.push({ operator: 'MatMul', inputs: ['x'], outputs: ['y'], attributes: {} }),
      /has 1 inputs/,
    ],
    [
      'work that nobody reads',
      (graph) => graph.nodes.push({ operator: 'Abs', inputs: ['x'], outputs: ['lost'], attributes: {} }),
      /nobody reads lost/,
    ],
    [
      'a second definition',
      (graph) => graph.nodes.push({ operator: 'Abs', inputs: ['x'], outputs: ['x'], attributes: {} }),
      /a second time/,
    ],
    [
      'an output that is never computed',
      (graph) => graph.outputs.push({ name: 'ghost', type: 'float32', shape: [] }),
      /ghost is never computed/,
    ],
  ])('finds %s', (_, spoil, message) => {
    const graph = sample();
    spoil(graph);
    expect(verifyGraph(graph).join('; ')).toMatch(message);
  });
});
