import { Graph } from '@linchpin/onnx';
import type { TrainedTensor } from '@linchpin/plugin-api';
import { describe, expect, it } from 'vitest';
import { notEnoughMemory } from './errors.ts';
import { batchThatFits, trainingMemory } from './training-memory.ts';

const program = 128 * 2 ** 20;
const block = { row: 0, column: 0, rows: 2, columns: 4 };

/** float32 [tokens, 4] by a frozen and by a trained matrix. */
function laid(blocks?: TrainedTensor['blocks']): { graph: Graph; trained: readonly TrainedTensor[] } {
  const graph = new Graph();
  const tokens = graph.input('x', 'float32', ['tokens', 4]);
  const frozen = graph.tensor('frozen', 'float32', [4, 4], new Float32Array(16));
  const trained = graph.input('trained', 'float32', [4, 4]);
  graph.output(graph.apply('MatMul', [graph.apply('MatMul', [tokens, frozen]), trained]), 'y');
  return { graph, trained: [{ name: 'trained', shape: [4, 4], ...(blocks === undefined ? {} : { blocks }) }] };
}

const training = {
  batch: { rows: 2, rowLength: 5, scored: 8 },
  chunks: 1,
  session: { castWeights: 'once' },
  available: 10000,
} as const;

describe('trainingMemory', () => {
  it('counts what is trained once a value, moment and gradient, and a batch with what the arena wastes', () => {
    const memory = trainingMemory(laid(), training, { updates: true, accumulates: false });
    expect(memory).toEqual({
      weights: 64,
      trained: 64,
      moments: 128,
      best: 0,
      gradients: 64,
      batch: 1.2 * 2 * 160,
      evaluation: 0,
      program,
      needed: 64 + 64 + 128 + 64 + 384 + program,
      available: 10000,
    });
  });

  it('counts of blocks their numbers, of their matrix all values', () => {
    const { trained, moments, gradients } = trainingMemory(laid([block]), training, {
      updates: true,
      accumulates: false,
    });
    expect({ trained, moments, gradients }).toEqual({ trained: 64, moments: 64, gradients: 32 });
  });

  it('counts sums of gradients, a second session, and the best values', () => {
    const held = { updates: true, accumulates: true, evaluated: laid() };
    const { gradients, evaluation, best } = trainingMemory(laid(), training, held);
    expect({ gradients, evaluation, best }).toEqual({ gradients: 128, evaluation: 64 + 384, best: 64 });
  });

  it('counts packed weights twice', () => {
    const packed = { ...training, session: { castWeights: 'once', packs: true } } as const;
    const held = { updates: true, accumulates: false, evaluated: laid() };
    const { weights, evaluation } = trainingMemory(laid(), packed, held);
    expect({ weights, evaluation }).toEqual({ weights: 128, evaluation: 128 + 384 });
  });

  it('needs no moments where gradients are only looked at', () => {
    expect(trainingMemory(laid(), training, { updates: false, accumulates: true }).moments).toBe(0);
  });
});

describe('batchThatFits', () => {
  const held = { updates: true, accumulates: false };

  it('halves the rows until the training fits', () => {
    const wide = { ...training, batch: { rows: 8, rowLength: 5, scored: 32 }, available: program + 1000 };
    expect(batchThatFits(laid(), wide, held)).toEqual({ rows: 2, rowLength: 5, scored: 8 });
  });

  it('gives nothing where one row is too much', () => {
    expect(batchThatFits(laid(), { ...training, available: 100 }, held)).toBeUndefined();
  });
});

describe('notEnoughMemory', () => {
  const memory = trainingMemory(
    laid(),
    { ...training, available: 100 * 2 ** 20 },
    { updates: true, accumulates: false },
  );

  it('says what is needed, for what, what is there, and which batch would fit', () => {
    const wouldFit = { rows: 1, rowLength: 5, scored: 4 };
    const { code, message } = notEnoughMemory(memory, training, { recompute: false, wouldFit });
    expect(code).toBe('tuning/not-enough-memory');
    expect(message).toContain('1 MiB for what a batch computes');
    expect(message).toContain('100 MiB that are free');
    expect(message).toContain('--recompute');
    expect(message).toContain('--batch-size 1 --accumulation 2');
  });

  it('asks for less where no batch would fit', () => {
    expect(notEnoughMemory(memory, training, { recompute: true, wouldFit: undefined }).message).toContain(
      '--max-length',
    );
  });
});
