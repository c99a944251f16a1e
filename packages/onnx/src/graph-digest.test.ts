import { expect, it } from 'vitest';
import { Graph } from './graph.ts';
import { graphDigest } from './graph-digest.ts';

interface Parts {
  readonly alpha?: number;
  readonly fill?: number;
  readonly constant?: number;
  readonly offset?: number;
  readonly input?: string;
  readonly isDoubled?: boolean;
}

function graphOf({ alpha = 1, fill = 0, constant = 0.5, offset = 0, input = 'x', isDoubled = false }: Parts): Graph {
  const graph = new Graph();
  const x = graph.input(input, 'float32', ['tokens', 2]);
  const weight = graph.external('w', 'float32', [2, 2], { location: 'a.safetensors', offset, length: 16 });
  const product = graph.apply('Gemm', [x, weight], { attributes: { alpha: fill === 0 ? alpha : fill } });
  const sum = graph.apply('Add', [product, graph.tensor('c', 'float32', [], Float32Array.of(constant))]);
  graph.output(isDoubled ? graph.apply('Add', [sum, sum]) : sum, 'y');
  return graph;
}

it('is the same for equal graphs, and another for any that differ in one thing', () => {
  expect(graphDigest(graphOf({}))).toBe(graphDigest(graphOf({})));
  const different: readonly Parts[] = [
    {},
    { alpha: 1.0000001 },
    { fill: Infinity },
    { fill: -Infinity },
    { alpha: -0 },
    { alpha: 0 },
    { constant: 0.50000006 },
    { constant: -0 },
    { constant: 0 },
    { offset: 16 },
    { input: 'z' },
    { isDoubled: true },
  ];
  expect(new Set(different.map((parts) => graphDigest(graphOf(parts)))).size).toBe(different.length);
});
