import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { trainingDefaults } from '@linchpin/defaults';
import type { BatchGradients, TrainingBatch } from '@linchpin/plugin-api';
import { temporaryFolder } from '@linchpin/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TrainingSettings } from './settings.ts';
import { type StepRecord, train, type Training, type TrainingOutcome } from './train.ts';
import { StateFolder } from './training-state.ts';

const folder = join(temporaryFolder(), 'state');
beforeEach(() => rmSync(folder, { recursive: true, force: true }));

const width = 4;
const examples = Array.from({ length: 11 }, (_, index) => ({
  ids: Int32Array.of(0, index, (7 * index) % 11),
  from: 1,
}));
const settings: TrainingSettings = {
  ...trainingDefaults,
  batchSize: 2,
  accumulation: 2,
  learningRate: 0.2,
  warmUpSteps: 2,
  steps: 8,
  evaluateEvery: null,
  patience: null,
};

/** Every target draws one number towards itself: loss ½ (w − target)². */
async function pull(batch: TrainingBatch, [values]: readonly Float32Array[]): Promise<BatchGradients> {
  const gradient = new Float32Array(width);
  let loss = 0;
  batch.targetIds.forEach((target, index) => {
    const [place, weight] = [target % width, batch.targetWeights[index]!];
    const distance = values![place]! - target / 10;
    loss += (weight * distance ** 2) / 2;
    gradient[place]! += weight * distance;
  });
  return { loss, gradients: [gradient] };
}

interface Trained {
  readonly values: Float32Array;
  readonly outcome: TrainingOutcome;
}

/** Trains from the same beginning; `more` says what is different. */
async function trained(more: Partial<Training> = {}): Promise<Trained> {
  const values = Float32Array.of(5, -5, 3, 0);
  const tensors = [{ name: 'w', shape: [width], values }];
  const outcome = await train({ executor: { run: pull }, trained: tensors, examples, settings, ...more });
  return { values, outcome };
}

const inFolder = (): StateFolder => new StateFolder(folder, { model: 'toy' });
const evaluated: Pick<Training, 'settings'> = { settings: { ...settings, evaluateEvery: 3 } };

describe('train', () => {
  it('gives a record of every step, and falls', async () => {
    const { outcome } = await trained();
    expect(outcome.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(outcome.steps[0]).toMatchObject({ targets: 8, tokens: 12, learningRate: 0 });
    expect(outcome.steps.at(-1)!.loss).toBeLessThan(outcome.steps[0]!.loss);
    expect(outcome.endedEarly).toBe(false);
  });

  it('ends with the same bits wherever it is broken off', async () => {
    let evaluations = 0;
    const evaluate = async (): Promise<number> => 1 / ++evaluations;
    const whole = await trained({ ...evaluated, evaluate });
    for (const at of [0, 1, 3, 6, 7]) {
      rmSync(folder, { recursive: true, force: true });
      evaluations = 0;
      const controller = new AbortController();
      if (at === 0) controller.abort(new Error('enough'));
      const observer = { onStep: ({ step }: StepRecord) => step === at && controller.abort(new Error('enough')) };
      const broken = trained({ ...evaluated, evaluate, states: inFolder(), signal: controller.signal, observer });
      await expect(broken).rejects.toThrow('enough');
      const again = await trained({ ...evaluated, evaluate, states: inFolder() });
      expect(again).toEqual(whole);
    }
  });

  it('saves while a batch is still at work when it is aborted, for whoever aborts may not wait', async () => {
    const controller = new AbortController();
    let saved: readonly string[] = [];
    const run = async (...given: Parameters<typeof pull>): Promise<BatchGradients> => {
      controller.abort(new Error('enough'));
      while (!saved.includes('save-1.json')) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        saved = readdirSync(folder);
      }
      return await pull(...given);
    };
    await expect(trained({ executor: { run }, states: inFolder(), signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    expect(await trained({ states: inFolder() })).toEqual(await trained());
  });

  it('makes an evaluation that was broken off when it goes on', async () => {
    const controller = new AbortController();
    const evaluate = async (): Promise<number> => {
      controller.abort(new Error('enough'));
      controller.signal.throwIfAborted();
      return 0;
    };
    const broken = trained({ ...evaluated, evaluate, states: inFolder(), signal: controller.signal });
    await expect(broken).rejects.toThrow('enough');
    const again = await trained({ ...evaluated, evaluate: async () => 1, states: inFolder() });
    expect(again.outcome.evaluations).toEqual([0, 3, 6, 8].map((step) => ({ step, loss: 1 })));
  });

  it('is the same training when a step is cut into more batches', async () => {
    const { values } = await trained();
    const other = await trained({ settings: { ...settings, batchSize: 4, accumulation: 1 } });
    other.values.forEach((value, index) => expect(value).toBeCloseTo(values[index]!, 5));
  });

  it('keeps the values of the best evaluation, and ends when no better one comes', async () => {
    const losses = [4, 3, 1, 2, 2, 2];
    const seen: [number, boolean][] = [];
    const at: Float32Array[] = [];
    const values = Float32Array.of(5, -5, 3, 0);
    const outcome = await train({
      executor: { run: pull },
      trained: [{ name: 'w', shape: [width], values }],
      examples,
      settings: { ...settings, evaluateEvery: 1, patience: 2 },
      evaluate: async () => {
        at.push(values.slice());
        return losses[at.length - 1]!;
      },
      observer: { onEvaluation: ({ step }, isBest) => seen.push([step, isBest]) },
    });
    expect(outcome.best).toEqual({ step: 2, loss: 1 });
    expect(outcome.endedEarly).toBe(true);
    expect(seen).toEqual([
      [0, true],
      [1, true],
      [2, true],
      [3, false],
      [4, false],
    ]);
    expect(values).toEqual(at[2]);
  });

  it.each<[string, string, (result: BatchGradients) => BatchGradients]>([
    ['a loss', 'a loss that is not finite', (result) => ({ ...result, loss: Number.NaN })],
    [
      'a gradient',
      'a gradient that is not finite',
      (result) => ({ ...result, gradients: [Float32Array.of(Infinity, 0, 0, 0)] }),
    ],
  ])('names step and examples of %s that is not finite, and keeps the state before', async (_, found, spoil) => {
    let runs = 0;
    const run = async (...given: Parameters<typeof pull>): Promise<BatchGradients> => {
      const result = await pull(...given);
      return ++runs > 4 ? spoil(result) : result;
    };
    const error = await trained({ executor: { run }, states: inFolder() }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'training/not-finite', problem: { subject: 'step 3 of the training' } });
    const { found: said } = (error as { problem: { found: string } }).problem;
    expect(said).toContain(found);
    expect(said).toMatch(/over the examples \d+, \d+, \d+ of the data/);
    // Two steps were kept: what goes on from them ends as if nothing had been.
    const resumed: number[] = [];
    const again = await trained({ states: inFolder(), observer: { onResumed: (step) => resumed.push(step) } });
    expect(resumed).toEqual([2]);
    expect(again).toEqual(await trained());
  });

  it('says once that a loss has grown', async () => {
    const remarks: string[] = [];
    const wild = { ...settings, learningRate: 1e4, warmUpSteps: 0, schedule: 'constant' as const };
    await trained({ settings: wild, observer: { onRemark: (text) => remarks.push(text) } });
    expect(remarks).toHaveLength(1);
    expect(remarks[0]).toMatch(/^warning: the loss of step \d+, .+ more than 3 times .+ learning rate/);
  });

  it('refuses data without examples, and settings out of range', async () => {
    await expect(trained({ examples: [] })).rejects.toMatchObject({ code: 'training/no-examples' });
    await expect(trained({ settings: { ...settings, steps: 0 } })).rejects.toMatchObject({
      code: 'training/bad-setting',
    });
  });
});
