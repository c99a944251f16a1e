import { crossEntropy, type GradientOptions, gradients, type Loss, lossByChunks, lossOf } from '@linchpin/autodiff';
import { Graph, type Value, verifyGraph } from '@linchpin/onnx';
import { evaluateGraph, largestDifference, type Tensor } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';

/** Three layers of x + tanh(x · Wᵀ) on [tokens, 4]. */
function layLayers(): { graph: Graph; streams: Value[]; weights: Value[] } {
  const graph = new Graph();
  const weights = [0, 1, 2].map((layer) => graph.input(`w${layer}`, 'float32', [4, 4]));
  const streams = [graph.input('x', 'float32', ['tokens', 4])];
  for (const weight of weights) {
    const x = streams.at(-1)!;
    const product = graph.apply('Gemm', [x, weight], { attributes: { transB: 1 } });
    streams.push(graph.apply('Add', [x, graph.apply('Tanh', [product])]));
  }
  return { graph, streams, weights };
}

const wave = (shape: readonly number[], seed: number): Tensor => ({
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(seed + 1.7 * i)),
});
const feeds = {
  x: wave([5, 4], 1),
  w0: wave([4, 4], 2),
  w1: wave([4, 4], 3),
  w2: wave([4, 4], 4),
  head: wave([7, 4], 5),
  targets: { shape: [5], data: Float64Array.of(0, 6, 3, 3, 1) },
  shares: { shape: [5], data: Float64Array.of(0.25, 0.25, 0, 0.25, 0.25) },
};

function sumOf(graph: Graph, x: Value): Loss {
  return lossOf(graph, graph.apply('ReduceSum', [graph.apply('Mul', [x, x])], { attributes: { keepdims: 0 } }));
}

function layerGradients(options: (streams: readonly Value[]) => GradientOptions): Float64Array[] {
  const { graph, streams, weights } = layLayers();
  const found = gradients(graph, sumOf(graph, streams.at(-1)!), weights, options(streams));
  const values = evaluateGraph(graph, feeds);
  return found.map((gradient) => values.get(gradient!.name)!.data);
}

describe('gradients', () => {
  it('are the same with checkpoints, kept or computed again', () => {
    const expected = layerGradients(() => ({}));
    for (const recompute of [false, true]) {
      const got = layerGradients((streams) => ({ checkpoints: streams.slice(0, -1), recompute }));
      got.forEach((gradient, index) => expect(largestDifference(gradient, expected[index]!)).toBe(0));
    }
  });

  it('reads what is computed again only behind the gradient that it is for', () => {
    const { graph, streams, weights } = layLayers();
    gradients(graph, sumOf(graph, streams.at(-1)!), weights, { checkpoints: streams.slice(0, -1), recompute: true });
    const again = graph.nodes.filter(({ outputs }) => outputs.some((name) => name.endsWith(':again')));
    expect(again.map(({ operator }) => operator)).toContain('Tanh');
    const first = graph.nodes.indexOf(again[0]!);
    expect(graph.nodes.slice(0, first).some(({ outputs }) => outputs[0]!.startsWith('gradient:'))).toBe(true);
  });

  it.each(['QuickGelu', 'Gelu'] as const)('lays %s again, where its output would have to be kept', (operator) => {
    const graph = new Graph();
    const weights = ['w0', 'w1'].map((name) => graph.input(name, 'float32', [4, 4]));
    const product = (x: Value, weight: Value): Value => graph.apply('Gemm', [x, weight], { attributes: { transB: 1 } });
    const activation = graph.apply(operator, [product(graph.input('x', 'float32', ['tokens', 4]), weights[0]!)]);
    const loss = sumOf(graph, product(activation, weights[1]!));
    const before = graph.nodes.length;
    gradients(graph, loss, weights);
    const ofGradients = graph.nodes.slice(before);
    expect(ofGradients.filter((node) => node.operator === operator)).toHaveLength(1);
    expect(ofGradients.flatMap(({ inputs }) => inputs)).not.toContain(activation.name);
  });

  it('of blocks are slices of the whole gradient, in the order that they are asked for', () => {
    const { graph, streams, weights } = layLayers();
    const places = [
      [2, 2],
      [0, 0],
      [2, 0],
      [0, 2],
    ] as const;
    const blocks = places.map(([row, column]) => ({ row, column, rows: 2, columns: 2 }));
    const [dense] = gradients(graph, sumOf(graph, streams.at(-1)!), [weights[1]!]);
    const [sparse] = gradients(graph, sumOf(graph, streams.at(-1)!), [{ matrix: weights[1]!, blocks }]);
    const values = evaluateGraph(graph, feeds);
    const whole = values.get(dense!.name)!.data;
    const expected = places.flatMap(([row, column]) =>
      [0, 1].flatMap((i) => [0, 1].map((j) => whole[(row + i) * 4 + column + j]!)),
    );
    expect(values.get(sparse!.name)!.shape).toEqual([8, 2]);
    expect(largestDifference(values.get(sparse!.name)!.data, expected)).toBeLessThan(1e-14);
  });

  it('of blocks are refused where something else than a product reads the matrix', () => {
    const { graph, streams, weights } = layLayers();
    const loss = sumOf(graph, graph.apply('MatMul', [streams.at(-1)!, weights[0]!]));
    const blocks = [{ row: 0, column: 0, rows: 2, columns: 2 }];
    expect(() => gradients(graph, loss, [{ matrix: weights[0]!, blocks }])).toThrow(/MatMul, which reads it/);
  });

  it('are undefined where nothing flows: behind constants, integers, or beside the loss', () => {
    const { graph, streams, weights } = layLayers();
    const beside = graph.input('beside', 'float32', [4, 4]);
    const loss = sumOf(graph, streams.at(-1)!);
    const [first, last, other] = gradients(graph, loss, [weights[0]!, weights[2]!, beside], {
      constants: [streams[1]!],
    });
    expect([first, last === undefined, other]).toEqual([undefined, false, undefined]);
  });

  it('are refused behind steps and quantized products', () => {
    const { graph, streams, weights } = layLayers();
    const rounded = graph.apply('Round', [streams.at(-1)!]);
    expect(() => gradients(graph, sumOf(graph, rounded), weights)).toThrow(/autodiff|step function/);
  });
});

describe('lossByChunks', () => {
  function layHead(chunks: number | undefined): { graph: Graph; loss: Loss; wanted: Value[] } {
    const { graph, streams, weights } = layLayers();
    const head = graph.input('head', 'float32', [7, 4]);
    const rows = [
      streams.at(-1)!,
      graph.input('targets', 'int64', ['tokens']),
      graph.input('shares', 'float32', ['tokens']),
    ];
    const wanted = [...weights, head];
    const lay = ([x, targets, shares]: readonly Value[]): Loss => {
      const logits = graph.apply('Gemm', [x!, head], { attributes: { transB: 1 } });
      return crossEntropy(graph, { logits, targets: targets!, weights: shares! });
    };
    const loss = chunks === undefined ? lay(rows) : lossByChunks(graph, { rows, chunks, trained: wanted, lay });
    return { graph, loss, wanted };
  }

  function evaluate(chunks: number | undefined): Float64Array[] {
    const { graph, loss, wanted } = layHead(chunks);
    const found = gradients(graph, loss, wanted);
    graph.output(loss.value, 'loss');
    found.forEach((gradient, index) => graph.output(gradient!, `gradient_${index}`));
    expect(verifyGraph(graph).filter((problem) => !problem.startsWith('nobody reads'))).toEqual([]);
    const values = evaluateGraph(graph, feeds);
    return graph.outputs.map(({ name }) => values.get(name)!.data);
  }

  it.each([1, 2, 3, 8])('gives what the whole loss gives by %i chunks, empty ones included', (chunks) => {
    const expected = evaluate(undefined);
    evaluate(chunks).forEach((values, index) =>
      expect(largestDifference(values, expected[index]!)).toBeLessThan(1e-14),
    );
  });
});
