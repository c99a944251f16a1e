/**
 * A model at several values of one run-time number: the graph is cut where the number begins to matter, and only what
 * lies behind the cut runs once a value. What crosses the cut stays in onnxruntime's own tensors.
 */
import { splitByDependence } from '@linchpin/onnx';
import {
  type BatchOutput,
  type DecoderGraph,
  type PackedBatch,
  parameterInput,
  type SweepExecutor,
} from '@linchpin/plugin-api';
import { unknownParameter } from './errors.ts';
import { openSession } from './executor.ts';
import { onnxruntime } from './onnxruntime.ts';
import { owning } from './owned.ts';
import { resolveSession } from './resolve-session.ts';
import type { SessionSettings } from './session-settings.ts';
import { requireWhole } from './stages.ts';

export interface SweepPoints {
  /** Name of the run-time number. */
  readonly parameter: string;
  /** What it is fed with, one value a point. */
  readonly values: readonly number[];
}

/** A sweep that can be run at some of its points. */
export interface PointExecutor extends SweepExecutor {
  /** One output for each index of a value; for every value where no indices are given. */
  run(batch: PackedBatch, points?: readonly number[]): Promise<readonly BatchOutput[]>;
}

/**
 * Opens both halves of the graph; `release` frees them, and removes the files that were made for the graph. Throws where
 * the graph has no such number.
 */
export async function createSweepExecutor(
  decoder: DecoderGraph,
  { parameter, values }: SweepPoints,
  settings: SessionSettings = resolveSession(decoder),
): Promise<PointExecutor> {
  return await owning(decoder, async (owned) => {
    requireWhole(settings, 'a sweep');
    const names = decoder.parameters.map(({ name }) => name);
    if (!names.includes(parameter)) throw unknownParameter(parameter, names);
    const input = parameterInput(parameter);
    const { before, after } = splitByDependence(decoder.graph, input);
    const first = owned.keep(await openSession({ ...decoder, graph: before }, settings));
    const second = owned.keep(await openSession({ ...decoder, graph: after }, settings));
    const { contextLength, vocabularySize, isolatesSequences } = decoder;
    return {
      contextLength,
      vocabularySize,
      isolatesSequences,
      values,
      async run(batch, points = [...values.keys()]) {
        const shared = await first.outputs(batch);
        const outputs = [];
        for (const point of points) {
          const value = new (onnxruntime().Tensor)('float32', Float32Array.of(values[point]!), []);
          const own = await second.outputs(batch, { ...shared, [input]: value });
          outputs.push(second.read({ ...shared, ...own }));
        }
        return outputs;
      },
      release: owned.release,
    };
  });
}
