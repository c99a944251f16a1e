/** What methods may ask of a model before it is trained; what takes long is kept beside the states of the training. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { float32Laying } from '@linchpin/execution';
import { type EditedWeights, openEditedWeights } from '@linchpin/models';
import type { GradientRequest, ObservedGradients, TrainableMatrix, TrainableModel } from '@linchpin/plugin-api';
import { PythonRandom } from '@linchpin/random';
import {
  addGradients,
  batchesOf,
  DataOrder,
  StateFolder,
  train,
  type TrainingExample,
  type TrainingIdentity,
  type TrainingSettings,
} from '@linchpin/training';
import { sumInputMagnitudes } from './input-magnitudes.ts';
import { layFitting, startingValues, type TunedModel, withExecutor } from './tuned-model.ts';

export interface ObservedTraining {
  readonly examples: readonly TrainingExample[];
  readonly settings: TrainingSettings;
  /** Where what was observed is kept, and what it depends on; nowhere when absent. */
  readonly states?: { readonly folder: string; readonly identity: TrainingIdentity };
}

/** Lends the model to `work`; files that were made for edits of its weights are removed behind it. */
export async function withTrainable<T>(
  tuned: TunedModel,
  training: ObservedTraining,
  work: (model: TrainableModel) => Promise<T>,
): Promise<T> {
  const { checkpoint, chain, context } = tuned;
  const { execution: _, ...laying } = float32Laying(context);
  const weights = await openEditedWeights(checkpoint, { ...laying, interventions: chain.interventions });
  try {
    return await work(trainable(tuned, training, weights));
  } finally {
    await weights.release();
  }
}

function trainable(tuned: TunedModel, training: ObservedTraining, weights: EditedWeights): TrainableModel {
  const { config } = tuned.checkpoint;
  return {
    layers: config.layers,
    matrices: matricesOf(tuned.checkpoint, weights.shapes),
    tensors: weights.shapes,
    values: (name) => weights.values(name),
    random(purpose) {
      const seed = createHash('sha256').update(`${training.settings.seed} ${purpose}`).digest().readBigUInt64LE();
      const generator = new PythonRandom(seed);
      return () => generator.random();
    },
    gradients: (request) => remembered(request, training, async () => await observe(tuned, training, request)),
    inputMagnitudes: (names, steps) => sumInputMagnitudes(tuned, training, { names, steps }),
  };
}

function matricesOf(
  { family, config, tensors }: TunedModel['checkpoint'],
  shapes: ReadonlyMap<string, readonly number[]>,
): TrainableMatrix[] {
  const layers = Array.from({ length: config.layers }, (_, layer) => `${family.layerModule(config, layer)}.`);
  return family.layerMatrices(config).map((name) => {
    const module = name.replace(/\.weight$/, '');
    const layer = layers.findIndex((prefix) => name.startsWith(prefix));
    const [out = 0, columns = 0] = shapes.get(name) ?? [];
    const stored = tensors.get(name)?.transposed === true ? { storedTransposed: true as const } : {};
    return { name, module, layer, role: family.linearFacts(config, module).role, shape: [out, columns], ...stored };
  });
}

const movedName = 'moved:';

/** Asks the folder first: gradients of a large model take minutes, and a training that goes on needs the same. */
async function remembered(
  request: GradientRequest,
  { states }: ObservedTraining,
  compute: () => Promise<ObservedGradients>,
): Promise<ObservedGradients> {
  if (states === undefined) return await compute();
  const key = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 16);
  const folder = new StateFolder(join(states.folder, `observed-${key}`), states.identity);
  const saved = await folder.load();
  if (saved !== undefined) {
    const part = (isMoved: boolean): Map<string, Float32Array> =>
      new Map(
        [...saved.tensors]
          .filter(([name]) => name.startsWith(movedName) === isMoved)
          .map(([name, values]) => [isMoved ? name.slice(movedName.length) : name, values]),
      );
    return { sums: part(false), ...(request.moving === undefined ? {} : { moved: part(true) }) };
  }
  const { sums, moved = new Map<string, Float32Array>() } = await compute();
  const tensors = new Map([...sums, ...[...moved].map(([name, values]) => [`${movedName}${name}`, values] as const)]);
  await folder.save(0, { progress: null, tensors });
  return { sums, ...(request.moving === undefined ? {} : { moved }) };
}

async function observe(
  tuned: TunedModel,
  training: ObservedTraining,
  request: GradientRequest,
): Promise<ObservedGradients> {
  return request.moving === undefined
    ? { sums: await sumOfGradients(tuned, training, request) }
    : await whileMoving(tuned, training, { ...request, moving: request.moving });
}

/** Over the batches of the first steps, the weights as they are. */
async function sumOfGradients(
  tuned: TunedModel,
  { examples, settings }: ObservedTraining,
  { names, steps }: GradientRequest,
): Promise<Map<string, Float32Array>> {
  const { context } = tuned;
  const meter = context.reporter.meter('steps of gradients');
  const held = { updates: false, accumulates: true };
  const { laid } = await layFitting(tuned, { trained: names }, held);
  try {
    const trained = await startingValues(laid);
    const sums = trained.map(({ values }) => new Float32Array(values.length));
    const order = new DataOrder(examples.length, settings);
    await withExecutor(laid, tuned, async (executor) => {
      for (let step = 0; step < steps; step++) {
        const chosen = Array.from(order.examplesOf(step), (index) => examples[index]!);
        for (const batch of batchesOf(chosen, settings.batchSize)) {
          context.signal.throwIfAborted();
          const values = trained.map((each) => each.values);
          addGradients(sums, (await executor.run(batch, values)).gradients);
        }
        meter(step + 1, steps);
      }
    });
    return new Map(laid.trained.map(({ name }, index) => [name, sums[index]!]));
  } finally {
    await laid.removeFiles?.();
  }
}

/** The same while all weights are trained: what a step adds is the gradient at the weights that it changes. */
async function whileMoving(
  tuned: TunedModel,
  { examples, settings }: ObservedTraining,
  { names, steps, moving }: GradientRequest & Required<Pick<GradientRequest, 'moving'>>,
): Promise<ObservedGradients> {
  const { context } = tuned;
  const meter = context.reporter.meter('steps of the warm-up');
  const { family, config } = tuned.checkpoint;
  const held = { updates: true, accumulates: settings.accumulation > 1 };
  const { laid } = await layFitting(tuned, { trained: family.tensors(config).map(({ name }) => name) }, held);
  try {
    const trained = await startingValues(laid);
    const asked = new Set(names);
    const sums = new Map<string, Float32Array>();
    await withExecutor(laid, tuned, async (executor) => {
      const summing: typeof executor.run = async (batch, values) => {
        const result = await executor.run(batch, values);
        trained.forEach(({ name }, index) => {
          if (!asked.has(name)) return;
          const gradient = result.gradients[index]!;
          const sum = sums.get(name);
          if (sum === undefined) sums.set(name, gradient.slice());
          else addGradients([sum], [gradient]);
        });
        return result;
      };
      const schedule = { schedule: 'constant', learningRate: moving.learningRate, warmUpSteps: 0 } as const;
      await train({
        executor: { run: summing },
        trained,
        examples,
        settings: { ...settings, ...schedule, steps, evaluateEvery: null, patience: null },
        signal: context.signal,
        observer: { onStep: ({ step }) => meter(step, steps) },
      });
    });
    return { sums, moved: new Map(trained.map(({ name, values }) => [name, values])) };
  } finally {
    await laid.removeFiles?.();
  }
}
