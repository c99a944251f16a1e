/** What is trained, and how it is laid and opened: one place for the training itself, its evaluations and what methods look at. */
import { type Chain, float32Laying, type HashedCheckpoint, type RunContext } from '@linchpin/execution';
import { internalError } from '@linchpin/errors';
import {
  type BatchSizes,
  type LaidTraining,
  layTraining,
  type Recomputation,
  type TrainingOptions,
} from '@linchpin/models';
import type { GradientExecutor, Intervention, TrainingPlan } from '@linchpin/plugin-api';
import { createGradientExecutor, type SessionSettings } from '@linchpin/runtime';
import type { TrainedValues } from '@linchpin/training';
import { notEnoughMemory } from './errors.ts';
import { batchThatFits, type HeldBeside, trainingMemory, type TrainingMemory } from './training-memory.ts';

export interface TunedModel {
  readonly checkpoint: HashedCheckpoint;
  /** Interventions before the training. */
  readonly chain: Chain;
  readonly context: RunContext;
  readonly session: SessionSettings;
  /** The largest batch that there will be. */
  readonly batch: BatchSizes;
  /** Into how many pieces the scored tokens are cut for head and loss: the bits depend on it. */
  readonly chunks: number;
  /** What is asked for; decided by what fits when absent. */
  readonly recompute?: boolean | undefined;
  /** Bytes that a training may take. */
  readonly available: number;
}

/** How a training graph is laid. */
export interface LayingChoices {
  /** Whether activations are computed again for their gradients, and from what, which gives the same bits. */
  readonly recompute: Recomputation;
  readonly chunks: number;
}

type Parts = Pick<TrainingPlan, 'trained' | 'adapters' | 'start'>;

/** Lays the loss of what is trained, and with it its gradients unless only the loss is looked at. */
export async function layTuned(
  { checkpoint, chain, context, chunks, session }: TunedModel,
  { trained, adapters = [], start }: Parts,
  options: Pick<TrainingOptions, 'lossOnly' | 'recompute' | 'loss'> = {},
): Promise<LaidTraining> {
  const interventions = start === undefined ? chain.interventions : [...chain.interventions, startingAt(start)];
  const { execution: _, ...others } = float32Laying(context);
  // What is not held in float32 between batches is not held through one, either.
  const castAgain = session.castWeights === 'every-batch';
  return await layTraining(checkpoint, { ...others, interventions, trained, adapters, chunks, castAgain, ...options });
}

export interface FittingTraining {
  readonly laid: LaidTraining;
  readonly laying: LayingChoices;
  readonly memory: TrainingMemory;
}

/** Lays gradients of the parts such that a training fits in memory: faster where it can be. Throws where it does not fit. */
export async function layFitting(tuned: TunedModel, parts: Parts, held: HeldBeside): Promise<FittingTraining> {
  const { chunks } = tuned;
  const ways: readonly Recomputation[] = [false, 'half-layers', 'layers'];
  const tried = ways.filter((way) => tuned.recompute === undefined || tuned.recompute === (way !== false));
  for (const recompute of tried) {
    const laid = await layTuned(tuned, parts, { recompute });
    try {
      const memory = trainingMemory(laid, tuned, held);
      if (memory.needed <= tuned.available) return { laid, laying: { recompute, chunks }, memory };
      if (recompute === tried.at(-1))
        throw notEnoughMemory(memory, tuned, {
          recompute: recompute !== false,
          wouldFit: batchThatFits(laid, tuned, held),
        });
    } catch (error) {
      await laid.removeFiles?.();
      throw error;
    }
    await laid.removeFiles?.();
  }
  throw internalError('no way to lay a training was tried');
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
