/** Trains a model by a method, from data files to a folder with the result. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { applied, type Chain, type HashedCheckpoint, type RunContext } from '@linchpin/execution';
import type { Json, Tokenizer, TrainingPlan } from '@linchpin/plugin-api';
import type { LaidTraining } from '@linchpin/models';
import { resolveSession } from '@linchpin/runtime';
import {
  checkSettings,
  makeBatch,
  StateFolder,
  stepsPerEpoch,
  targetsOf,
  train,
  type TrainedValues,
  trainedCount,
  trainingDefaults,
  type TrainingExample,
  type TrainingIdentity,
  type TrainingObserver,
  type TrainingOutcome,
  type TrainingSettings,
} from '@linchpin/training';
import { maxLengthOutOfRange } from './errors.ts';
import type { ChosenMethod } from './methods.ts';
import type { PromptStyle } from './prompt-styles.ts';
import { withTrainable } from './trainable-model.ts';
import { type HeldOut, readTrainingData, type TrainingData } from './training-data.ts';
import { type LayingChoices, layTuned, startingValues, type TunedModel, withExecutor } from './tuned-model.ts';

/** A model that can be trained. */
export interface OpenedForTraining extends HashedCheckpoint {
  readonly name: string;
  readonly tokenizer: Tokenizer;
}

export interface TrainOptions extends Partial<Omit<TrainingSettings, 'steps'>> {
  /** Text, JSONL, or LLM-Adapters' JSON. */
  readonly data: readonly string[];
  /** Files, or how many rows at the end of the data; nothing is held out when absent. */
  readonly heldOut?: HeldOut;
  /** Only so many rows from the beginning of the data. */
  readonly limit?: number | undefined;
  readonly promptStyle?: PromptStyle;
  /** Most tokens of an example; the model's context, at most 2048, when absent. */
  readonly maxLength?: number;
  /** Steps of the optimizer; those of `epochs` when absent. */
  readonly steps?: number;
  /** Times that the data are gone through; 1 when absent. */
  readonly epochs?: number;
  /** Folder of the result, and of the states from which the same call goes on. */
  readonly out: string;
  /** Forgets a training that the folder holds. */
  readonly fresh?: boolean;
  /** Seconds between states on disk. */
  readonly saveEvery?: number;
  /** Whether activations are computed again for their gradients instead of being kept; decided by what fits when absent. */
  readonly recompute?: boolean;
  readonly observer?: TrainingObserver & { onPlan?(facts: TrainingFacts): void };
}

/** What is known before the first step. */
export interface TrainingFacts {
  readonly method: string;
  readonly settings: TrainingSettings;
  /** Numbers that are trained, and those of the model. */
  readonly trained: number;
  readonly parameters: number;
  readonly laying: LayingChoices;
  readonly data: Pick<TrainingData, 'rows' | 'cut' | 'leftOut' | 'files'> & {
    readonly examples: number;
    readonly heldOut: number;
    readonly maxLength: number;
  };
  readonly plan: Json;
}

export interface TrainedModel extends TrainingOutcome {
  readonly facts: TrainingFacts;
  /** The intervention that reads the result: its name and settings. */
  readonly intervention: { readonly name: string; readonly settings: { readonly path: string } };
}

export const longestWindow = 2048;

/** Throws before anything is computed for what cannot be trained. */
export async function trainModel(
  opened: OpenedForTraining,
  method: ChosenMethod,
  { chain, context, ...options }: TrainOptions & { readonly chain: Chain; readonly context: RunContext },
): Promise<TrainedModel> {
  const { contextLength } = opened.config;
  const maxLength = options.maxLength ?? Math.min(contextLength, longestWindow);
  if (!Number.isInteger(maxLength) || maxLength < 2 || maxLength > contextLength)
    throw maxLengthOutOfRange(maxLength, contextLength);
  const promptStyle = options.promptStyle ?? 'llm-adapters';
  const data = await readTrainingData(options.data, options.heldOut, {
    tokenizer: opened.tokenizer,
    maxLength,
    promptStyle,
    limit: options.limit,
  });
  const settings = settingsOf(options, data);
  const halfPrecisionElements = [...opened.tensors.values()]
    .filter(({ dtype }) => dtype !== 'F32')
    .reduce((sum, { shape }) => sum + elements(shape), 0);
  const session = resolveSession({ halfPrecisionElements }, context.settings);
  const laying = layingChoices(opened, { settings, maxLength, recompute: options.recompute });
  const tuned: TunedModel = { checkpoint: opened, chain, context, session, laying };
  const identity: TrainingIdentity = {
    model: await opened.checkpoint.contentHash(),
    interventions: applied(chain.interventions) as unknown as Json,
    method: { name: method.name, version: method.version },
    data: data.files as unknown as Json,
    heldOut: typeof options.heldOut === 'object' ? 'files' : (options.heldOut ?? null),
    limit: options.limit ?? null,
    promptStyle,
    maxLength,
    settings: settings as unknown as Json,
    laying: laying as unknown as Json,
    session: {
      engine: session.engine,
      device: session.device,
      threads: session.threads,
      castWeights: session.castWeights,
    },
  };
  await mkdir(options.out, { recursive: true });
  const folder = join(options.out, 'state');
  if (options.fresh === true) await new StateFolder(folder, identity).clear();
  const observed = { examples: data.examples, settings, states: { folder, identity } };
  return await withTrainable(tuned, observed, async (model) => {
    const plan = await method.plan(model);
    for (const remark of plan.remarks ?? []) context.reporter.remark(remark);
    const states = new StateFolder(folder, { ...identity, plan: plan.settings }, (text) =>
      context.reporter.remark(`warning: ${text}`),
    );
    const parameters = [...model.tensors.values()].reduce((sum, shape) => sum + elements(shape), 0);
    return await carryOut({
      tuned,
      plan,
      states,
      settings,
      data,
      method,
      maxLength,
      options,
      parameters,
      name: opened.name,
    });
  });
}

interface Carried {
  readonly tuned: TunedModel;
  readonly plan: TrainingPlan;
  readonly states: StateFolder;
  readonly settings: TrainingSettings;
  readonly data: TrainingData;
  readonly method: ChosenMethod;
  readonly maxLength: number;
  readonly options: TrainOptions;
  /** Numbers of the model. */
  readonly parameters: number;
  /** Of the model. */
  readonly name: string;
}

async function carryOut(carried: Carried): Promise<TrainedModel> {
  const { tuned, plan, states, settings, data, method, options } = carried;
  const { context } = tuned;
  const laid = await layTuned(tuned, plan);
  let looked: LaidTraining | undefined;
  try {
    // Without gradients, and opened for each evaluation alone: what is held out needs no memory between them.
    looked = data.heldOut.length === 0 ? undefined : await layTuned(tuned, plan, { lossOnly: true });
    const evaluated = looked;
    const trained = await startingValues(laid, plan);
    const facts = factsOf(carried, trained);
    options.observer?.onPlan?.(facts);
    const outcome = await withExecutor(laid, tuned, async (executor) =>
      train({
        executor,
        trained,
        examples: data.examples,
        settings,
        states,
        ...(evaluated === undefined
          ? {}
          : { evaluate: () => lossOf(data.heldOut, evaluated, { tuned, trained, batchSize: settings.batchSize }) }),
        signal: context.signal,
        ...(options.saveEvery === undefined ? {} : { saveEvery: options.saveEvery }),
        ...(options.observer === undefined ? {} : { observer: options.observer }),
      }),
    );
    const byName = new Map(trained.map(({ name, values }) => [name, values]));
    const origin = {
      ...(facts as unknown as Record<string, Json>),
      model: tuned.checkpoint.checkpoint === undefined ? null : await tuned.checkpoint.checkpoint.contentHash(),
    };
    await plan.save({ values: (tensor) => byName.get(tensor)!, origin, model: carried.name }, options.out);
    await states.clear();
    return { ...outcome, facts, intervention: { name: method.intervention, settings: { path: options.out } } };
  } finally {
    await looked?.removeFiles?.();
    await laid.removeFiles?.();
  }
}

function factsOf(
  { method, settings, plan, tuned, data, maxLength, parameters }: Carried,
  trained: readonly TrainedValues[],
): TrainingFacts {
  const { files, rows, cut, leftOut, examples, heldOut } = data;
  return {
    method: method.name,
    settings,
    trained: trained.reduce((sum, each) => sum + trainedCount(each), 0),
    parameters,
    laying: tuned.laying,
    data: { files, rows, cut, leftOut, examples: examples.length, heldOut: heldOut.length, maxLength },
    plan: plan.settings,
  };
}

/** Mean loss of the targets of examples at the present values, in nats: in a session of its own, which ends with it. */
async function lossOf(
  examples: readonly TrainingExample[],
  laid: LaidTraining,
  {
    tuned,
    trained,
    batchSize,
  }: { readonly tuned: TunedModel; readonly trained: readonly TrainedValues[]; readonly batchSize: number },
): Promise<number> {
  return await withExecutor(laid, tuned, async (executor) => {
    const values = trained.map((each) => each.values);
    const targets = examples.reduce((sum, example) => sum + targetsOf(example), 0);
    const byLength = examples.toSorted((a, b) => b.ids.length - a.ids.length);
    let loss = 0;
    for (let start = 0; start < byLength.length; start += batchSize) {
      tuned.context.signal.throwIfAborted();
      loss += (await executor.run(makeBatch(byLength.slice(start, start + batchSize), 1 / targets), values)).loss;
    }
    return loss;
  });
}

/** Everything filled in that is not given. */
export function settingsOf(
  options: Omit<TrainOptions, 'data' | 'out'>,
  { examples, heldOut }: Pick<TrainingData, 'examples' | 'heldOut'>,
): TrainingSettings {
  const { steps, epochs = 1 } = options;
  const own = Object.fromEntries(
    Object.entries(trainingDefaults).map(([name, value]) => [
      name,
      options[name as keyof typeof trainingDefaults] ?? value,
    ]),
  ) as unknown as Omit<TrainingSettings, 'steps' | 'evaluateEvery' | 'patience'>;
  const perEpoch = stepsPerEpoch(examples.length, own);
  const all = steps ?? Math.ceil(perEpoch * epochs);
  const settings: TrainingSettings = {
    ...own,
    clip: options.clip === undefined ? own.clip : options.clip,
    steps: all,
    evaluateEvery:
      heldOut.length === 0 ? null : (options.evaluateEvery ?? Math.max(1, Math.min(perEpoch, Math.ceil(all / 10)))),
    patience: options.patience ?? null,
  };
  checkSettings(settings);
  return settings;
}

/** Logits of so many bytes at once, and activations of so many bytes, are kept. */
const chunkBytes = 64 * 2 ** 20;
const keptBytes = 2 * 2 ** 30;

/** What fits. */
export function layingChoices(
  { config, family, tensors }: OpenedForTraining,
  {
    settings,
    maxLength,
    recompute,
  }: { readonly settings: TrainingSettings; readonly maxLength: number; readonly recompute: boolean | undefined },
): LayingChoices {
  const tokens = settings.batchSize * maxLength;
  const chunks = Math.ceil((4 * tokens * config.vocabularySize) / chunkBytes);
  // What a layer keeps is near the outputs of its products and as much again.
  const widths = family.layerMatrices(config).reduce((sum, name) => sum + (tensors.get(name)?.shape[0] ?? 0), 0);
  return { recompute: recompute ?? 2 * 4 * tokens * widths > keptBytes, chunks: Math.max(1, chunks) };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
