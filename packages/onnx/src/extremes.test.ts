import { expect, it } from 'vitest';
import { layExtremes, laySymmetricScale } from './extremes.ts';
import { Graph } from './graph.ts';
import { verifyGraph } from './verify.ts';

it.each([
  [[1], ['tokens', 1, 8]],
  [
    [1, 2],
    ['tokens', 1, 1],
  ],
])('gives one scale a group along %j', (axes, shape) => {
  const graph = new Graph();
  const extremes = layExtremes(graph, graph.input('x', 'float32', ['tokens', 4, 8]), axes);
  const scale = laySymmetricScale(graph, extremes, { steps: 127, smallest: 0.5 });
  graph.output(scale);
  expect(scale).toMatchObject({ type: 'float32', shape });
  expect(verifyGraph(graph)).toEqual([]);
});

it('reads each group three times, and carries what is not finite by the sum', () => {
  const graph = new Graph();
  const { notANumber } = layExtremes(graph, graph.input('x', 'float32', ['tokens', 4]), [1]);
  expect(graph.nodes.map(({ operator }) => operator)).toEqual(['ReduceMax', 'ReduceMin', 'ReduceSum', 'Mul']);
  expect(graph.nodes.at(-1)).toMatchObject({ inputs: ['ReduceSum', graph.float(0).name], outputs: [notANumber.name] });
});
