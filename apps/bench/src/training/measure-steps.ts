/** Steps of a training of random tokens, timed one by one. */
import process from 'node:process';
import { layTraining, openDecoder, type Recomputation } from '@linchpin/models';
import { createGradientExecutor, type CastWeights, resolveSession } from '@linchpin/runtime';
import { train, trainedCount, type TrainedValues, trainingDefaults } from '@linchpin/training';
import { trainingMemory } from '@linchpin/tuning';
import { type MethodName, partsOf } from './training-methods.ts';

export interface TrainingWork {
  readonly model: string;
  readonly method: MethodName;
  readonly recompute: Recomputation;
  /** Whether frozen weights are packed, as they are where memory is plenty. */
  readonly packs: boolean;
  /** Sequences of a batch, and tokens of a sequence: each is given a loss but the first. */
  readonly rows: number;
  readonly length: number;
  readonly chunks: number;
  /** The first one is not counted. */
  readonly steps: number;
  readonly threads?: number;
  readonly castWeights?: CastWeights;
  /** Prefix of a file into which onnxruntime writes a profile. */
  readonly profile?: string;
}

export interface StepCost {
  readonly seconds: number;
  /** Of all threads. */
  readonly cpuSeconds: number;
}

export interface MeasuredSteps {
  readonly losses: readonly number[];
  /** The best of each over the steps that count. */
  readonly best: StepCost;
  /** Largest resident memory of the process, in bytes. */
  readonly peakMemory: number;
  /** Numbers that are trained. */
  readonly trained: number;
  /** What was said of the memory before, in bytes; only of ours. */
  readonly estimate?: number;
}

export const learningRate = 1e-5;

export async function measureSteps(work: TrainingWork): Promise<MeasuredSteps> {
  const { recompute, packs, chunks, steps, threads, castWeights, profile } = work;
  const decoder = await openDecoder(work.model);
  const { adapters = [], ...parts } = partsOf(work.method, decoder);
  const session = resolveSession(
    { halfPrecisionElements: 0 },
    { threads, castWeights: castWeights ?? 'once', packs, profile },
  );
  const laid = await layTraining(decoder, {
    ...parts,
    adapters,
    recompute,
    chunks,
    castAgain: castWeights === 'every-batch',
  });
  const initial = new Map(adapters.flatMap(({ tensors }) => tensors.map((each) => [each.name, each.initial])));
  const trained: TrainedValues[] = [];
  for (const { name, shape, blocks } of laid.trained) {
    const values = initial.get(name) ?? (await laid.initialValues(name));
    trained.push({ name, shape, values, ...(blocks === undefined ? {} : { blocks }) });
  }
  const before = process.memoryUsage().rss;
  const scored = work.rows * (work.length - 1);
  const batch = { rows: work.rows, rowLength: work.length - 1, scored };
  const measured = { batch, chunks, session, available: Infinity };
  const { needed, trained: ofValues } = trainingMemory(laid, measured, { updates: true, accumulates: false });
  const executor = await createGradientExecutor(laid, session);
  try {
    const costs: StepCost[] = [];
    let [clock, cpu] = [performance.now(), process.cpuUsage()];
    const outcome = await train({
      executor,
      trained,
      examples: randomIds(work, decoder.config.vocabularySize).map((ids) => ({ ids, from: 1 })),
      settings: {
        ...trainingDefaults,
        learningRate,
        schedule: 'constant',
        batchSize: work.rows,
        steps,
        evaluateEvery: null,
        patience: null,
      },
      observer: {
        onStep() {
          const { user, system } = process.cpuUsage(cpu);
          costs.push({ seconds: (performance.now() - clock) / 1000, cpuSeconds: (user + system) / 1e6 });
          [clock, cpu] = [performance.now(), process.cpuUsage()];
        },
      },
    });
    const counted = costs.length > 1 ? costs.slice(1) : costs;
    return {
      losses: outcome.steps.map(({ loss }) => loss),
      best: {
        seconds: Math.min(...counted.map(({ seconds }) => seconds)),
        cpuSeconds: Math.min(...counted.map(({ cpuSeconds }) => cpuSeconds)),
      },
      peakMemory: process.resourceUsage().maxRSS * 1024,
      trained: trained.reduce((sum, each) => sum + trainedCount(each), 0),
      // The values are there already.
      estimate: before + needed - ofValues,
    };
  } finally {
    await executor.release();
  }
}

/** Token ids of the batch, which is the same in every step. */
export function randomIds({ rows, length }: Pick<TrainingWork, 'rows' | 'length'>, vocabulary: number): Int32Array[] {
  let state = 3;
  return Array.from({ length: rows }, () =>
    Int32Array.from({ length }, () => {
      // A linear congruential generator (Numerical Recipes' constants).
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * vocabulary);
    }),
  );
}
