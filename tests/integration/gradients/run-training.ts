/** Runs a training graph once: on onnxruntime in float32, or on the reference evaluator in float64. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaidTraining } from '@linchpin/models';
import { serializeGraph, type Value } from '@linchpin/onnx';
import { graphInputs, trainingInputs } from '@linchpin/plugin-api';
import { evaluateGraph, type Tensor } from '@linchpin/testing';
import { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';

export interface TrainingBatch {
  readonly ids: readonly (readonly number[])[];
  /** The ids again, or -100 where a token is no target. */
  readonly labels: readonly (readonly number[])[];
}

export interface TrainingResult {
  readonly loss: number;
  /** By the name of the trained tensor. */
  readonly gradients: ReadonlyMap<string, ArrayLike<number>>;
}

/** Values of trained tensors, by name. */
export type TrainedValues = ReadonlyMap<string, Float32Array>;

export async function valuesOf(training: LaidTraining): Promise<TrainedValues> {
  const entries = training.trained.map(async ({ name }): Promise<[string, Float32Array]> => [
    name,
    await training.initialValues(name),
  ]);
  return new Map(await Promise.all(entries));
}

export async function openTraining(training: LaidTraining, threads = 2): Promise<InferenceSession> {
  return await InferenceSession.create(serializeGraph(training.graph), {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    extra: { session: { model_external_initializers_file_folder_path: training.weightFolder } },
  });
}

export async function runTraining(
  session: InferenceSession,
  training: LaidTraining,
  { batch, values }: { readonly batch: TrainingBatch; readonly values: TrainedValues },
): Promise<TrainingResult> {
  const feeds = Object.fromEntries(
    training.graph.inputs.map((input) => [input.name, runtimeTensor(input, feedOf(input.name, batch, values))]),
  );
  const outputs = await session.run(feeds);
  const numbers = (name: string): Float32Array => outputs[name]!.data as Float32Array;
  return { loss: numbers(training.loss)[0]!, gradients: gradientsBy(training, numbers) };
}

export function evaluateTraining(training: LaidTraining, batch: TrainingBatch, values: TrainedValues): TrainingResult {
  const feeds = Object.fromEntries(
    training.graph.inputs.map(({ name, shape }) => {
      const feed = feedOf(name, batch, values);
      return [name, values.has(name) ? { ...feed, shape: shape as readonly number[] } : feed];
    }),
  );
  const outputs = evaluateGraph(training.graph, feeds, {
    readExternal: ({ data }) => {
      if (!('location' in data)) return data;
      const bytes = readFileSync(join(training.weightFolder, data.location));
      return bytes.subarray(data.offset, data.offset + data.length);
    },
  });
  const numbers = (name: string): Float64Array => outputs.get(name)!.data;
  return { loss: numbers(training.loss)[0]!, gradients: gradientsBy(training, numbers) };
}

function gradientsBy(
  { trained }: LaidTraining,
  numbers: (output: string) => ArrayLike<number>,
): Map<string, ArrayLike<number>> {
  return new Map(trained.map(({ name, gradient }) => [name, numbers(gradient!)]));
}

function tensor(shape: readonly number[], data: readonly number[]): Tensor {
  return { shape, data: Float64Array.from(data) };
}

/** Rows are sequences of equal length; a token is scored where the next one is a target. */
function feedOf(name: string, { ids, labels }: TrainingBatch, values: TrainedValues): Tensor {
  const [rows, length] = [ids.length, ids[0]!.length];
  const scored = ids.flatMap((_, row) =>
    Array.from({ length: length - 1 }, (__, at) => at).flatMap((at) =>
      labels[row]![at + 1] === -100 ? [] : [{ place: row * length + at, target: labels[row]![at + 1]! }],
    ),
  );
  switch (name) {
    case graphInputs.tokenIds:
      return tensor([rows * length], ids.flat());
    case graphInputs.positions:
      return tensor(
        [rows * length, 1],
        ids.flatMap((row) => [...row.keys()]),
      );
    case graphInputs.subtreeEnds:
      return tensor(
        [rows, length],
        ids.flatMap((row) => row.map(() => length)),
      );
    case graphInputs.scoredTokens:
      return tensor(
        [scored.length],
        scored.map(({ place }) => place),
      );
    case trainingInputs.targets:
      return tensor(
        [scored.length],
        scored.map(({ target }) => target),
      );
    case trainingInputs.weights:
      return tensor(
        [scored.length],
        scored.map(() => 1 / scored.length),
      );
    default: {
      const trained = values.get(name);
      if (trained === undefined) throw new Error(`nothing to feed as ${name}`);
      return tensor([trained.length], [...trained]);
    }
  }
}

export function runtimeTensor({ name, type, shape }: Value, { shape: size, data }: Tensor): RuntimeTensor {
  if (type === 'int32') return new RuntimeTensor('int32', Int32Array.from(data), size);
  if (type === 'int64') return new RuntimeTensor('int64', BigInt64Array.from(data, BigInt), size);
  if (type === 'bool') return new RuntimeTensor('bool', Uint8Array.from(data), size);
  if (type !== 'float32') throw new Error(`${name} is ${type}`);
  // A trained tensor has the shape that the graph gives it.
  return new RuntimeTensor(
    'float32',
    Float32Array.from(data),
    shape.every((each) => typeof each === 'number') ? shape : size,
  );
}
