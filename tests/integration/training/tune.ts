/** Trains a checkpoint by a method, over examples instead of data files. */
import { type Chain, createContext } from '@linchpin/execution';
import { openDecoder } from '@linchpin/models';
import type { Intervention, TrainingPlan } from '@linchpin/plugin-api';
import { plainSession } from '@linchpin/runtime';
import {
  makeBatch,
  targetsOf,
  train,
  type TrainedValues,
  trainingDefaults,
  type TrainingExample,
  type TrainingOutcome,
  type TrainingSettings,
} from '@linchpin/training';
import { layTuned, startingValues, type TunedModel, withExecutor } from '@linchpin/tuning';

/** A checkpoint behind interventions. */
export async function openTuned(folder: string, interventions: readonly Intervention[] = []): Promise<TunedModel> {
  const chain: Chain = { label: 'tuned', interventions };
  return {
    checkpoint: await openDecoder(folder),
    chain,
    context: createContext({ settings: { threads: 2 } }),
    session: plainSession({ threads: 2 }),
    batch: { rows: 1, rowLength: 1, scored: 1 },
    chunks: 1,
    available: Infinity,
  };
}

/** One batch a step, at a constant rate, without clipping. */
export function settingsOf(given: Partial<TrainingSettings> = {}): TrainingSettings {
  return {
    ...trainingDefaults,
    batchSize: 4,
    schedule: 'constant',
    clip: null,
    steps: 5,
    evaluateEvery: null,
    patience: null,
    ...given,
  };
}

export interface Trained extends TrainingOutcome {
  readonly trained: readonly TrainedValues[];
  readonly values: (name: string) => Float32Array;
  /** Before every step, and after the last. */
  readonly losses: readonly number[];
}

export interface TrainWith {
  readonly examples: readonly TrainingExample[];
  readonly settings: TrainingSettings;
  readonly onStep?: (step: number, trained: readonly TrainedValues[]) => void;
}

export async function trainPlan(
  tuned: TunedModel,
  plan: Pick<TrainingPlan, 'trained' | 'adapters' | 'start'>,
  { examples, settings, onStep = () => {} }: TrainWith,
): Promise<Trained> {
  const laid = await layTuned(tuned, plan);
  try {
    const trained = await startingValues(laid, plan);
    return await withExecutor(laid, tuned, async (executor) => {
      const observer = { onStep: ({ step }: { readonly step: number }) => onStep(step, trained) };
      const outcome = await train({ executor, trained, examples, settings, observer });
      const last = await executor.run(
        wholeBatch(examples),
        trained.map((each) => each.values),
      );
      const values = (name: string): Float32Array => trained.find((each) => each.name === name)!.values;
      return { ...outcome, trained, values, losses: [...outcome.steps.map(({ loss }) => loss), last.loss] };
    });
  } finally {
    await laid.removeFiles?.();
  }
}

/** The mean loss of all targets, of a model as it is. */
export async function lossOf(tuned: TunedModel, examples: readonly TrainingExample[]): Promise<number> {
  const laid = await layTuned(tuned, { trained: [] }, { lossOnly: true });
  try {
    return await withExecutor(laid, tuned, async (executor) => (await executor.run(wholeBatch(examples), [])).loss);
  } finally {
    await laid.removeFiles?.();
  }
}

function wholeBatch(examples: readonly TrainingExample[]): ReturnType<typeof makeBatch> {
  return makeBatch(examples, 1 / examples.reduce((sum, example) => sum + targetsOf(example), 0));
}
