import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Graph } from './graph.ts';
import { splitByDependence } from './split-graph.ts';
import type { Value } from './value.ts';
import { verifyGraph } from './verify.ts';

/** y = (x · Wᵀ) · s, beside an output that s does not change; W is stored in half precision. */
function sample(): Graph {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['tokens', 4]);
  const s = graph.input('s', 'float32', []);
  const stored = graph.external('weight', 'float16', [4, 4], { location: 'model.safetensors', offset: 0, length: 32 });
  const weight = graph.cast(stored, 'float32', 'weight:float32');
  const product = graph.apply('Gemm', [x, weight], { attributes: { transB: 1 }, name: 'product' });
  const scaled = graph.apply('Mul', [product, s], { name: 'scaled' });
  graph.output(graph.apply('Gemm', [scaled, weight], { attributes: { transB: 1 }, name: 'again' }), 'result');
  graph.output(graph.apply('Abs', [product]), 'magnitude');
  return graph;
}

const names = (values: readonly { readonly name: string }[]): string[] => values.map(({ name }) => name);

describe('splitByDependence', () => {
  it('computes before the cut what the input does not change, and carries what is read behind it', () => {
    const { before, after, carried } = splitByDependence(sample(), 's');
    expect(names(carried)).toEqual(['product']);
    expect(names(before.inputs)).toEqual(['x']);
    expect(names(before.outputs)).toEqual(['product', 'magnitude']);
    expect(names(after.inputs)).toEqual(['s', 'product']);
    expect(names(after.outputs)).toEqual(['result']);
    expect([before, after].map(verifyGraph)).toEqual([[], []]);
  });

  it('gives weights, and what follows from them alone, to every half that reads them', () => {
    const { before, after } = splitByDependence(sample(), 's');
    for (const half of [before, after]) {
      expect(half.initializers.map(({ value }) => value.name)).toEqual(['weight']);
      expect(half.nodes.filter(({ operator }) => operator === 'Cast').length).toBe(1);
    }
  });

  it('refuses an input that nothing depends on', () => {
    const graph = sample();
    graph.input('idle', 'float32', []);
    expect(() => splitByDependence(graph, 'idle')).toThrow(/nothing depends on idle/);
  });

  it('computes the same as the whole, with no node of one half in the other, on any graph', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ kind: fc.constantFrom('Add', 'Mul', 'Sub'), a: fc.nat(), b: fc.nat() }), {
          minLength: 1,
          maxLength: 40,
        }),
        (steps) => {
          const graph = randomGraph(steps);
          const feeds = new Map([
            ['x', 2],
            ['s', 3],
          ]);
          const whole = evaluate(graph, feeds);
          const { before, after } = splitByDependence(graph, 's');
          expect(verifyGraph(after)).toEqual([]);
          expect(verifyGraph(before).filter((problem) => problem !== 'the graph has no output')).toEqual([]);
          expect(names(before.inputs)).not.toContain('s');
          const first = evaluate(before, feeds);
          const second = evaluate(after, new Map([...feeds, ...first]));
          for (const { name } of graph.outputs) expect(second.get(name) ?? first.get(name)).toBe(whole.get(name));
          const variable = new Set(before.nodes.filter((node) => !isConstant(node.outputs[0]!)));
          expect(after.nodes.filter((node) => variable.has(node))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

interface Step {
  readonly kind: 'Add' | 'Mul' | 'Sub';
  readonly a: number;
  readonly b: number;
}

/** Scalars of two inputs and two weights; what nobody reads is an output. Names say whether an input is behind them. */
function randomGraph(steps: readonly Step[]): Graph {
  const graph = new Graph();
  const weight = (name: string, value: number): Value => graph.tensor(name, 'float32', [], Float32Array.of(value));
  const x = graph.input('x', 'float32', []);
  const s = graph.input('s', 'float32', []);
  const values: Value[] = [x, s, weight('constant_w', 0.5), weight('constant_v', -1), graph.apply('Mul', [x, s])];
  const read = new Set<string>();
  for (const { kind, a, b } of steps) {
    const inputs = [values[a % values.length]!, values[b % values.length]!];
    for (const { name } of inputs) read.add(name);
    const name = inputs.every((input) => isConstant(input.name)) ? 'constant' : kind;
    values.push(graph.apply(kind, inputs, { name }));
  }
  for (const value of values.slice(4)) if (!read.has(value.name)) graph.output(value);
  const unread = graph.initializers.filter(({ value }) => !read.has(value.name));
  for (const { value } of unread) graph.output(value);
  return graph;
}

function isConstant(name: string): boolean {
  return name.startsWith('constant');
}

/** Every value that the graph computes from scalars. */
function evaluate(graph: Graph, feeds: ReadonlyMap<string, number>): Map<string, number> {
  const values = new Map(graph.inputs.map(({ name }) => [name, feeds.get(name)!]));
  for (const { value, data } of graph.initializers)
    if (data instanceof Uint8Array) values.set(value.name, new Float32Array(data.slice().buffer)[0]!);
  for (const { operator, inputs, outputs } of graph.nodes) {
    const [a, b] = inputs.map((name) => values.get(name)!) as [number, number];
    values.set(outputs[0]!, operator === 'Add' ? a + b : operator === 'Mul' ? a * b : a - b);
  }
  return values;
}
