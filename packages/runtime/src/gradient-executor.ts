/** Opens a training graph on onnxruntime-node and runs batches of sequences through it. */
import {
  type BatchGradients,
  type GradientExecutor,
  graphInputs,
  parameterInput,
  type TrainingBatch,
  type TrainingGraph,
  trainingInputs,
} from '@linchpin/plugin-api';
import { internalError } from '@linchpin/errors';
import type { InferenceSession } from 'onnxruntime-node';
import { createSession } from './create-session.ts';
import { runFailed } from './errors.ts';
import { floats, widened } from './batch-tensors.ts';
import { onnxruntime } from './onnxruntime.ts';
import { owning } from './owned.ts';
import type { Session } from './placement.ts';
import type { SessionSettings } from './session-settings.ts';

/** A session over the graph's frozen weights; `release` frees it, and removes the files that were made for the graph. */
export async function createGradientExecutor(
  training: TrainingGraph,
  settings: SessionSettings,
): Promise<GradientExecutor> {
  return await owning(training, async (owned) => {
    const session = owned.keep(await createSession({ ...training, isTrained: true }, settings));
    return {
      trained: training.trained,
      run: (batch, values) => runBatch(session, training, { batch, values }),
      release: owned.release,
    };
  });
}

interface Fed {
  readonly batch: TrainingBatch;
  readonly values: readonly Float32Array[];
}

async function runBatch(
  session: Session,
  { graph, trained, loss, parameters }: TrainingGraph,
  { batch, values }: Fed,
): Promise<BatchGradients> {
  const { Tensor } = onnxruntime();
  if (batch.scoredTokens.length === 0) throw internalError('a batch without a target');
  const { rows, rowLength, tokenIds, scoredTokens } = batch;
  const scored = [scoredTokens.length];
  const all: Record<string, () => InferenceSession.FeedsType[string]> = {
    [graphInputs.tokenIds]: () => new Tensor('int32', tokenIds, [rows * rowLength]),
    [graphInputs.positions]: () => new Tensor('int64', widened(batch.positions), [rows * rowLength, 1]),
    [graphInputs.subtreeEnds]: () => new Tensor('int32', batch.subtreeEnds, [rows, rowLength]),
    [graphInputs.scoredTokens]: () => new Tensor('int32', scoredTokens, scored),
    [trainingInputs.targets]: () => new Tensor('int64', widened(batch.targetIds), scored),
    [trainingInputs.weights]: () => new Tensor('float32', batch.targetWeights, scored),
  };
  // A tensor over an array is the array: what the optimizer changes is fed without a copy.
  trained.forEach(({ name, shape }, index) => (all[name] = () => new Tensor('float32', values[index]!, shape)));
  for (const { name, initial } of parameters)
    all[parameterInput(name)] = () => new Tensor('float32', Float32Array.of(initial), []);
  for (const [name, other] of batch.others ?? []) all[name] = () => new Tensor('float32', other.values, other.shape);
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name }) => {
      const feed = all[name];
      if (feed === undefined) throw internalError(`nothing is fed as ${name}`);
      return [name, feed()];
    }),
  );
  try {
    const outputs = await session.run(feeds);
    return {
      loss: floats(outputs, loss)[0]!,
      gradients: trained.flatMap(({ gradient }) => (gradient === undefined ? [] : [floats(outputs, gradient)])),
    };
  } catch (cause) {
    throw runFailed(`a batch of ${rows} × ${rowLength} tokens could not be run`, cause);
  }
}
