import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutGraph } from './cut-graph.ts';
import { Graph } from './graph.ts';
import { constantBytes } from './peak-bytes.ts';
import type { Value } from './value.ts';
import { verifyGraph } from './verify.ts';

const names = (values: readonly { readonly name: string }[]): string[] => values.map(({ name }) => name);

/** Three layers x + W · x under a mask that all of them read; the second layer is looked at, and the first again by the last. */
function sample(): Graph {
  const graph = new Graph();
  let x: Value = graph.input('x', 'float32', ['tokens', 2]);
  const mask = graph.apply('Abs', [graph.input('ends', 'float32', ['tokens', 2])], { name: 'mask' });
  const first = graph.apply('Neg', [x], { name: 'first' });
  for (let layer = 0; layer < 3; layer++) {
    const stored = graph.tensor(`weight_${layer}`, 'float16', [2, 2], new Uint16Array(4));
    const weight = graph.cast(stored, 'float32', `weight_${layer}:float32`);
    const product = graph.apply('Gemm', [graph.apply('Mul', [x, mask]), weight], { attributes: { transB: 1 } });
    x = graph.apply('Add', [x, product], { name: `layer_${layer}` });
  }
  graph.output(graph.apply('Abs', [graph.value('layer_1')]), 'seen');
  graph.output(graph.apply('Add', [x, first]), 'result');
  graph.output(graph.apply('Neg', [mask]), 'of_mask');
  return graph;
}

describe('cutGraph', () => {
  it('gives every part what it reads, and computes everywhere what does not hang on the input', () => {
    const parts = cutGraph(sample(), 'x', ['layer_0', 'layer_1']);
    expect(parts.map(({ takes }) => names(takes))).toEqual([[], ['layer_0'], ['layer_1', 'first']]);
    expect(parts.map(({ gives }) => names(gives))).toEqual([['layer_0', 'first'], ['layer_1'], []]);
    expect(parts.map(({ graph }) => names(graph.inputs))).toEqual([
      ['x', 'ends'],
      ['ends', 'layer_0'],
      ['ends', 'layer_1', 'first'],
    ]);
    expect(parts.map(({ graph }) => names(graph.outputs))).toEqual([
      ['layer_0', 'first', 'of_mask'],
      ['layer_1'],
      ['seen', 'result'],
    ]);
    expect(parts.map(({ graph }) => names(graph.initializers.map(({ value }) => value)))).toEqual([
      ['weight_0'],
      ['weight_1'],
      ['weight_2'],
    ]);
    expect(parts.map(({ graph }) => verifyGraph(graph))).toEqual([[], [], []]);
  });

  it('is the graph itself where it is cut nowhere', () => {
    const [whole, ...others] = cutGraph(sample(), 'x', []);
    expect(others).toEqual([]);
    expect(whole!.graph.nodes).toEqual(sample().nodes);
  });

  it('refuses cuts in another order than that of the graph', () => {
    expect(() => cutGraph(sample(), 'x', ['layer_1', 'layer_0'])).toThrow(
      /cannot be cut at layer_1|cannot be cut at layer_0/,
    );
    expect(() => cutGraph(sample(), 'x', ['mask'])).toThrow(/cannot be cut at mask/);
  });

  it('leaves no node out and lays none twice that hangs on the input, wherever a chain is cut', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(2), { maxLength: 3 }), (layers) => {
        const graph = sample();
        const parts = cutGraph(
          graph,
          'x',
          layers.toSorted((a, b) => a - b).map((layer) => `layer_${layer}`),
        );
        const made = parts.flatMap((part) =>
          names(part.graph.nodes.flatMap(({ outputs }) => outputs.map((name) => ({ name })))),
        );
        const shared = new Set(['mask']);
        const own = made.filter((name) => !shared.has(name));
        expect(own.toSorted()).toEqual(
          graph.nodes
            .flatMap(({ outputs }) => outputs)
            .filter((name) => !shared.has(name))
            .toSorted(),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('constantBytes', () => {
  it('counts what a session holds: casts in the place of what they are cast from where they are folded', () => {
    const [first] = cutGraph(sample(), 'x', ['layer_0', 'layer_1']);
    expect(constantBytes(first!.graph, true)).toBe(16);
    expect(constantBytes(first!.graph, false)).toBe(8);
  });
});
