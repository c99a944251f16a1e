/** Trains adapters of a checkpoint on examples, without data files. */
import type { Recomputation } from '@linchpin/models';
import type { BatchGradients, Intervention, TrainingMethod } from '@linchpin/plugin-api';
import type { MethodOptions } from '@linchpin/plugin-lora';
import {
  makeBatch,
  targetsOf,
  train,
  trainingDefaults,
  type TrainingExample,
  type TrainingSettings,
} from '@linchpin/training';
import { layTuned, startingValues, withExecutor, withTrainable } from '@linchpin/tuning';
import { openTuned } from './tune.ts';

export interface AdapterTraining {
  readonly folder: string;
  readonly method: TrainingMethod<MethodOptions>;
  readonly options: MethodOptions;
  readonly examples: readonly TrainingExample[];
  /** Every step is over all examples. */
  readonly settings: Partial<TrainingSettings> & { readonly steps: number };
  readonly interventions?: readonly Intervention[];
  /** What a trained tensor begins with; as the method has it where nothing is given. */
  readonly start?: (name: string) => Float32Array | undefined;
  readonly recompute?: Recomputation;
  /** Folder that the method saves the result into. */
  readonly out?: string;
}

export interface TrainedAdapter {
  /** Before each step, and after the last. */
  readonly losses: readonly number[];
  readonly gradientNorms: readonly number[];
  /** Of the first step, by tensor. */
  readonly firstGradients: ReadonlyMap<string, Float32Array>;
  /** After the last step, by tensor. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

export async function trainAdapter(training: AdapterTraining): Promise<TrainedAdapter> {
  const { folder, method, options, examples, interventions = [] } = training;
  const settings: TrainingSettings = {
    ...trainingDefaults,
    evaluateEvery: null,
    patience: null,
    batchSize: examples.length,
    ...training.settings,
  };
  const tuned = await openTuned(folder, interventions);
  return await withTrainable(tuned, { examples, settings }, async (model) => {
    const plan = await method.plan(options, model);
    const laid = await layTuned(tuned, plan, { recompute: training.recompute ?? false });
    const trained = (await startingValues(laid, plan)).map((each) => ({
      ...each,
      values: training.start?.(each.name) ?? each.values,
    }));
    const values = trained.map((each) => each.values);
    const runs: BatchGradients[] = [];
    const { steps, last } = await withExecutor(laid, tuned, async (executor) => {
      const run: typeof executor.run = async (batch, now) => {
        const result = await executor.run(batch, now);
        if (runs.length === 0) runs.push({ ...result, gradients: result.gradients.map((each) => each.slice()) });
        return result;
      };
      const outcome = await train({ executor: { run }, trained, examples, settings });
      const targets = examples.reduce((sum, example) => sum + targetsOf(example), 0);
      return { steps: outcome.steps, last: await executor.run(makeBatch(examples, 1 / targets), values) };
    });
    await laid.removeFiles?.();
    const byName = new Map(trained.map((each) => [each.name, each.values]));
    if (training.out !== undefined)
      await plan.save({ values: (name) => byName.get(name)!, origin: null }, training.out);
    return {
      losses: [...steps.map(({ loss }) => loss), last.loss],
      gradientNorms: steps.map(({ gradientNorm }) => gradientNorm),
      firstGradients: new Map(trained.map(({ name }, index) => [name, runs[0]!.gradients[index]!])),
      values: byName,
    };
  });
}
