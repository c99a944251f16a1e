/** How batches go through stages, and what a device has memory for; three layers of a product each, on the CPU. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Graph, type Value } from '@linchpin/onnx';
import {
  activationOutput,
  type DecoderGraph,
  graphInputs,
  graphOutputs,
  type PackedBatch,
  parameterInput,
} from '@linchpin/plugin-api';
import { createExecutor, type Placement, requireWhole, resolveSession, tokensAtOnce } from '@linchpin/runtime';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-stages-'));
const width = 64;
const layerBytes = 4 * width * width;

afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

/** x ← x + x · W · factor in each layer, from the ids; the activation is the last x. */
function decoder(changes: Partial<DecoderGraph> = {}): DecoderGraph {
  const graph = new Graph();
  const ids = graph.input(graphInputs.tokenIds, 'int32', ['tokens']);
  graph.input(graphInputs.positions, 'int64', ['tokens', 1]);
  graph.input(graphInputs.subtreeEnds, 'int32', ['rows', 'row_length']);
  graph.input(graphInputs.scoredTokens, 'int32', ['scored']);
  const targets = graph.input(graphInputs.targets, 'int64', ['targets', 2]);
  const factor = graph.input(parameterInput('factor'), 'float32', []);
  const ones = graph.apply('Expand', [graph.float(1), graph.integers([1, width])], { shape: [1, width] });
  let x: Value = graph.apply('Mul', [graph.unsqueeze(graph.cast(ids, 'float32'), [1]), ones], { name: 'embedded' });
  const layerInputs: string[] = [];
  for (let layer = 0; layer < 3; layer++) {
    layerInputs.push(x.name);
    const identity = Float32Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));
    const weight = graph.tensor(`weight_${layer}`, 'float32', [width, width], identity);
    x = graph.apply('Add', [x, graph.apply('Mul', [graph.apply('Gemm', [x, weight]), factor])], { name: `x_${layer}` });
  }
  graph.output(x, activationOutput('last'));
  graph.output(graph.cast(targets, 'float32'), graphOutputs.logProbabilities);
  graph.output(targets, graphOutputs.greedyIds);
  return {
    graph,
    layerInputs,
    weightFolder: '.',
    contextLength: 8,
    vocabularySize: 8,
    halfPrecisionElements: 0,
    changedWeights: 0,
    readSites: ['last'],
    mayBeUnresolved: false,
    isolatesSequences: false,
    parameters: [{ name: 'factor', initial: 1 }],
    execution: 'float32',
    ...changes,
  };
}

function batchOf(id: number): PackedBatch {
  const one = Int32Array.of(0);
  return {
    rows: 1,
    rowLength: 1,
    tokenIds: Int32Array.of(id),
    positions: one,
    subtreeEnds: Int32Array.of(1),
    scoredTokens: one,
    targetRows: one,
    targetIds: Int32Array.of(id),
  };
}

describe('an executor by stages', () => {
  it('opens each stage once for all batches that are asked for together, and tells of its nodes once', async () => {
    const told: Placement[] = [];
    const placement = { folder, tell: (each: Placement) => void told.push(each) };
    const laid = decoder();
    const executor = await createExecutor(laid, resolveSession(laid, { threads: 1, stages: 3, placement }));
    const last = async (id: number) => (await executor.run(batchOf(id))).activations.get('last')![0];
    expect(await Promise.all([1, 2, 3, 4].map(last))).toEqual([8, 16, 24, 32]);
    expect(told).toHaveLength(3);
    expect(await last(5)).toBe(40);
    expect(told).toHaveLength(3);
    await executor.release();
  });

  it('runs a batch with the numbers that hold when it is asked for', async () => {
    const laid = decoder();
    const executor = await createExecutor(laid, resolveSession(laid, { threads: 1, stages: 2 }));
    const first = executor.run(batchOf(1));
    executor.setParameter('factor', 0);
    const second = executor.run(batchOf(1));
    expect([(await first).activations.get('last')![0], (await second).activations.get('last')![0]]).toEqual([8, 1]);
    expect(() => executor.setParameter('other', 0)).toThrow(
      expect.objectContaining({ code: 'runtime/unknown-parameter' }),
    );
    await executor.release();
  });

  it('ends all that waits where it is told to, and goes on with what is asked later', async () => {
    const laid = decoder();
    const ending = new AbortController();
    const executor = await createExecutor(laid, resolveSession(laid, { threads: 1, stages: 2 }), {
      signal: ending.signal,
    });
    ending.abort(new Error('enough'));
    const ended = await Promise.allSettled([executor.run(batchOf(1)), executor.run(batchOf(2))]);
    expect(ended.map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['enough', 'enough']);
    await executor.release();
  });

  it('asks for so many tokens at once as wait in an eighth of the free memory', () => {
    vi.spyOn(process, 'availableMemory').mockReturnValue(8 * 1000 * 4 * width);
    expect(tokensAtOnce(decoder(), { stages: 2 })).toBe(1000);
    expect(tokensAtOnce(decoder(), {})).toBeUndefined();
  });
});

describe('stages of a session', () => {
  const device = (layers: number) => ({ name: 'webgpu', engine: 'toy', memory: (layers * layerBytes) / 0.8 });

  it('are one where they are not asked for, and as many as are asked for where they fit', () => {
    expect(resolveSession(decoder())).not.toHaveProperty('stages');
    expect(resolveSession(decoder(), { stages: 1 })).not.toHaveProperty('stages');
    expect(resolveSession(decoder(), { device: device(1.1), stages: 3 })).toMatchObject({ stages: 3 });
  });

  it('are as few as fit with auto', () => {
    expect(resolveSession(decoder(), { device: device(3.1), stages: 'auto' })).not.toHaveProperty('stages');
    expect(resolveSession(decoder(), { device: device(2.1), stages: 'auto' })).toMatchObject({ stages: 2 });
    expect(resolveSession(decoder(), { device: device(1.1), stages: 'auto' })).toMatchObject({ stages: 3 });
  });

  it('are refused where they do not fit, with figures and the number that would do', () => {
    const refused = (layers: number, stages?: number | 'auto') => () =>
      resolveSession(decoder({ graph: scaled() }), { device: device(layers * 2 ** 16), stages });
    const code = 'runtime/too-large-for-device';
    expect(refused(1.1)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(/found 3\.00 GiB of weights.* at most 1\.10 GiB.* --stages 3/),
      }),
    );
    expect(refused(1.1, 2)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('found 2.00 GiB') }),
    );
    expect(refused(0.9, 'auto')).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('no number of stages would do') }),
    );
  });

  it('are refused where there are fewer layers, or where nobody knows the memory', () => {
    expect(() => resolveSession(decoder(), { stages: 4 })).toThrow(
      expect.objectContaining({ code: 'runtime/too-many-stages' }),
    );
    expect(() => resolveSession(decoder(), { stages: 'auto' })).toThrow(
      expect.objectContaining({ code: 'runtime/memory-unknown' }),
    );
  });

  it('are refused by what needs all layers at once', () => {
    expect(() => requireWhole({ stages: 2 }, 'a sweep')).toThrow(
      expect.objectContaining({ code: 'runtime/not-by-stages', message: expect.stringContaining('a sweep') }),
    );
    expect(() => requireWhole({ stages: 1 }, 'a sweep')).not.toThrow();
  });
});

/** The same graph with matrices of 1 GiB that lie in a file. */
function scaled(): Graph {
  const graph = new Graph();
  const { graph: small } = decoder();
  for (const { name, type, shape } of small.inputs) graph.input(name, type, shape);
  for (const initializer of small.initializers) {
    const { value } = initializer;
    if (!value.name.startsWith('weight')) graph.adoptInitializer(initializer);
    else graph.external(value.name, 'float32', [2 ** 14, 2 ** 14], { location: 'weights', offset: 0, length: 2 ** 30 });
  }
  for (const node of small.nodes)
    graph.adopt(
      node,
      node.outputs.map((name) => small.value(name)),
    );
  for (const { name } of small.outputs) graph.output(graph.value(name));
  return graph;
}
