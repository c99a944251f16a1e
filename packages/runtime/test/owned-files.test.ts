import { Graph } from '@linchpin/onnx';
import {
  type DecoderGraph,
  graphInputs,
  graphOutputs,
  type StepGraph,
  stepInputs,
  stepOutputs,
} from '@linchpin/plugin-api';
import { createExecutor, createReferenceExecutor, createStepModel, createSweepExecutor } from '@linchpin/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addMissingWeights,
  batch,
  type CountedFiles,
  countedFiles,
  decoderGraph,
  parameter,
  site,
} from './counted-files.ts';

let files: CountedFiles;

beforeEach(() => {
  files = countedFiles();
});
afterEach(() => files.remove());

/** The graph of a reference, and of a model that is compared with one. */
function compared(
  role: NonNullable<DecoderGraph['comparison']>,
  add: typeof addMissingWeights = () => {},
): DecoderGraph {
  const graph = decoderGraph((laid, factor) => {
    if (role === 'reference')
      laid.output(laid.cast(laid.value(graphInputs.targets), 'float32'), graphOutputs.distributions);
    else {
      const given = laid.input(graphInputs.referenceDistributions, 'float32', ['scored', 2]);
      laid.output(given, graphOutputs.divergences);
    }
    add(laid, factor);
  });
  return files.decoder({ graph, comparison: role });
}

function stepGraph(add: (graph: Graph) => void = () => {}): StepGraph {
  const graph = new Graph();
  const ids = graph.input(stepInputs.tokenIds, 'int32', ['tokens']);
  graph.input(stepInputs.positions, 'int64', ['tokens', 1]);
  graph.output(graph.cast(ids, 'float32'), stepOutputs.logits);
  add(graph);
  return files.decoder({ graph, parameters: [], vocabularySize: 1 });
}

describe('files of a graph', () => {
  it('go with its executor, however often it is released', async () => {
    const executor = await createExecutor(files.decoder());
    expect(files.count()).toBe(2);
    expect((await executor.run(batch)).activations.get(site)).toEqual(Float32Array.of(6));
    await Promise.all([executor.release(), executor.release()]);
    await executor.release();
    expect([files.count(), files.removals()]).toEqual([0, 1]);
  });

  it('go with its sweep', async () => {
    const executor = await createSweepExecutor(files.decoder(), { parameter, values: [1, 5] });
    const outputs = await executor.run(batch);
    expect(outputs.map(({ activations }) => [...activations.get(site)!])).toEqual([[2], [10]]);
    expect(files.count()).toBe(2);
    await executor.release();
    await executor.release();
    expect([files.count(), files.removals()]).toEqual([0, 1]);
  });

  it('go with the model that is compared, and those of the reference with the reference', async () => {
    const reference = await createReferenceExecutor(compared('reference'));
    for (let time = 0; time < 2; time++) {
      const pair = await reference.compare(compared('compared'));
      expect((await pair.run(batch)).reference.activations.get(site)).toEqual(Float32Array.of(6));
      expect(files.count()).toBe(4);
      await pair.release();
      await pair.release();
      expect([files.count(), files.removals()]).toEqual([2, time + 1]);
    }
    await reference.release();
    await reference.release();
    expect([files.count(), files.removals()]).toEqual([0, 3]);
  });

  it('go with a model that writes', async () => {
    const model = await createStepModel(stepGraph());
    const sequence = model.begin();
    expect(await sequence.feed([7])).toEqual(Float32Array.of(7));
    expect(sequence.length).toBe(1);
    expect(files.count()).toBe(2);
    await model.release();
    await model.release();
    expect([files.count(), files.removals()]).toEqual([0, 1]);
  });
});

describe('an opening that fails', () => {
  const missing = (): DecoderGraph => files.decoder({ graph: decoderGraph(addMissingWeights) });

  it.each<[string, string, () => Promise<unknown>]>([
    ['an executor', 'runtime/session-failed', () => createExecutor(missing())],
    // Its first half can be opened.
    [
      'a sweep, in its second half',
      'runtime/session-failed',
      () => createSweepExecutor(missing(), { parameter, values: [1] }),
    ],
    [
      'a sweep of a number that there is not',
      'runtime/unknown-parameter',
      () => createSweepExecutor(files.decoder(), { parameter: 'other', values: [1] }),
    ],
    ['a reference', 'runtime/session-failed', () => createReferenceExecutor(compared('reference', addMissingWeights))],
    [
      'a model that writes',
      'runtime/session-failed',
      () => createStepModel(stepGraph((graph) => addMissingWeights(graph, graph.float(1)))),
    ],
  ])('leaves no file of %s', async (_, code, open) => {
    await expect(open()).rejects.toMatchObject({ code });
    expect([files.count(), files.removals()]).toEqual([0, 1]);
  });

  it('leaves no file of a compared model, and the reference as it is', async () => {
    const reference = await createReferenceExecutor(compared('reference'));
    await expect(reference.compare(compared('compared', addMissingWeights))).rejects.toMatchObject({
      code: 'runtime/session-failed',
    });
    expect(files.count()).toBe(2);
    await reference.release();
    expect(files.count()).toBe(0);
  });
});

it('is a plain object, which may be spread', async () => {
  const executor = { ...(await createExecutor(files.decoder())), name: 'composed' };
  executor.setParameter(parameter, 0.5);
  expect((await executor.run(batch)).activations.get(site)).toEqual(Float32Array.of(1));
  expect(() => executor.setParameter('factors', 1)).toThrow(
    expect.objectContaining({ code: 'runtime/unknown-parameter' }),
  );
  await executor.release();
  expect(files.count()).toBe(0);
});
