import { describe, expect, it } from 'vitest';
import { Graph } from './graph.ts';
import { peakBytes } from './peak-bytes.ts';

const sizes = new Map([['tokens', 10]]);

/** float32 [tokens, width] */
function bytes(width: number): number {
  return 4 * 10 * width;
}

function chain(): Graph {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['tokens', 4]);
  const wide = graph.tensor('wide', 'float32', [4, 100], new Float32Array(400));
  const narrow = graph.tensor('narrow', 'float32', [100, 4], new Float32Array(400));
  const hidden = graph.apply('MatMul', [x, wide], { name: 'hidden' });
  graph.output(graph.apply('MatMul', [hidden, narrow], { name: 'y' }));
  return graph;
}

describe('peakBytes', () => {
  it('holds a value from its node to its last reader', () => {
    expect(peakBytes(chain(), { sizes, foldsConstants: true })).toEqual({
      constants: 4 * 800,
      values: bytes(100) + bytes(4),
    });
  });

  it('frees what nothing reads any more', () => {
    const graph = new Graph();
    let x = graph.input('x', 'float32', ['tokens', 8]);
    for (let step = 0; step < 5; step++) x = graph.apply('Transpose', [x], { attributes: { perm: [1, 0] } });
    graph.output(x, 'y');
    expect(peakBytes(graph, { sizes, foldsConstants: true }).values).toBe(2 * bytes(8));
  });

  it('counts an elementwise node in the place of its operand, and other shapes of one value once', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['tokens', 8]);
    const y = graph.transpose(x, [1, 0]);
    const flat = graph.reshape(graph.apply('Tanh', [y]), [-1], ['?']);
    graph.output(graph.apply('Neg', [flat]), 'y');
    expect(peakBytes(graph, { sizes, foldsConstants: true }).values).toBe(bytes(8));
  });

  it('keeps an operand that is read later', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['tokens', 8]);
    const y = graph.transpose(x, [1, 0]);
    const bounded = graph.apply('Tanh', [y]);
    graph.output(graph.apply('Mul', [bounded, y]), 'y');
    expect(peakBytes(graph, { sizes, foldsConstants: true }).values).toBe(2 * bytes(8));
  });

  it('has what only outputs read computed last, and what it needs kept until then', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['tokens', 8]);
    const first = graph.transpose(x, [1, 0]);
    graph.output(
      graph.apply('ReduceMax', [first, graph.integers([0])], { name: 'early', attributes: { keepdims: 0 } }),
    );
    let next = first;
    for (let step = 0; step < 3; step++) next = graph.transpose(next, [1, 0]);
    graph.output(next, 'late');
    // The first value, two of the chain, and nothing of what is read off the first, which comes last: one entry a token.
    expect(peakBytes(graph, { sizes, foldsConstants: true }).values).toBe(3 * bytes(8));
  });

  it('casts weights once, or again in every run', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['tokens', 8]);
    const stored = graph.external('w', 'float16', [8, 8], { location: 'weights', offset: 0, length: 128 });
    graph.output(graph.apply('MatMul', [x, graph.cast(stored, 'float32')], { name: 'y' }));
    expect(peakBytes(graph, { sizes, foldsConstants: true })).toEqual({ constants: 256, values: bytes(8) });
    expect(peakBytes(graph, { sizes, foldsConstants: false })).toEqual({ constants: 128, values: bytes(8) + 256 });
  });

  it('finds sizes without a name by what the operator makes of its operands', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['tokens', 6]);
    const folded = graph.reshape(x, [-1, 3], ['?', 3]); // no bytes of its own
    graph.output(graph.transpose(folded, [1, 0]), 'y');
    expect(peakBytes(graph, { sizes, foldsConstants: true }).values).toBe(bytes(6));
  });
});
