/** What is trained, and how it is laid and opened: one place for the training itself, its evaluations and what methods look at. */
import { type Chain, float32Laying, type HashedCheckpoint, type RunContext } from '@linchpin/execution';
import { type LaidTraining, layTraining, type TrainingOptions } from '@linchpin/models';
import type { GradientExecutor, Intervention, TrainingPlan } from '@linchpin/plugin-api';
import { createGradientExecutor, type SessionSettings } from '@linchpin/runtime';
import type { TrainedValues } from '@linchpin/training';

export interface TunedModel {
  readonly checkpoint: HashedCheckpoint;
  /** Interventions before the training. */
  readonly chain: Chain;
  readonly context: RunContext;
  readonly session: SessionSettings;
  readonly laying: LayingChoices;
}

/** How training graphs are laid: chosen once, for the bits depend on it. */
export interface LayingChoices {
  /** Whether activations of layers are computed again for their gradients. */
  readonly recompute: boolean;
  /** Into how many pieces the scored tokens are cut for head and loss. */
  readonly chunks: number;
}

type Parts = Pick<TrainingPlan, 'trained' | 'adapters' | 'start'>;

/** Lays what gives gradients of the parts, or the loss alone. */
export async function layTuned(
  { checkpoint, chain, context, laying }: TunedModel,
  { trained, adapters = [], start }: Parts,
  options: Pick<TrainingOptions, 'lossOnly'> = {},
): Promise<LaidTraining> {
  const interventions = start === undefined ? chain.interventions : [...chain.interventions, startingAt(start)];
  const { execution: _, ...others } = float32Laying(context);
  return await layTraining(checkpoint, { ...others, interventions, trained, adapters, ...laying, ...options });
}

/** Puts values in the place of tensors. */
function startingAt(start: ReadonlyMap<string, Float32Array>): Intervention {
  return {
    name: 'start',
    version: 1,
    settings: null,
    edit(model) {
      for (const [name, values] of start) model.weight(name).map((current) => current.set(values));
    },
  };
}

/** What the trained tensors hold before the first step, in the order of the laid graph's. */
export async function startingValues(
  laid: LaidTraining,
  { adapters = [] }: Pick<TrainingPlan, 'adapters'> = {},
): Promise<TrainedValues[]> {
  const added = new Map(adapters.flatMap(({ tensors }) => tensors.map(({ name, initial }) => [name, initial])));
  const all: TrainedValues[] = [];
  for (const { name, shape, blocks } of laid.trained) {
    const values = added.get(name)?.slice() ?? (await laid.initialValues(name));
    all.push({ name, shape, values, ...(blocks === undefined ? {} : { blocks }) });
  }
  return all;
}

/** The files are those of whoever laid the graph. */
async function noFiles(): Promise<void> {}

/** Opens an executor, lends it to `work`, and frees it whatever happens; the files of the graph stay. */
export async function withExecutor<T>(
  laid: LaidTraining,
  { session }: Pick<TunedModel, 'session'>,
  work: (executor: GradientExecutor) => Promise<T>,
): Promise<T> {
  const executor = await createGradientExecutor({ ...laid, removeFiles: noFiles }, session);
  try {
    return await work(executor);
  } finally {
    await executor.release();
  }
}
