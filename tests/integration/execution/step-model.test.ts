/** Laws of step graphs on the embedded model: what is kept from token to token changes no logit, under any edit. */
import { openHarness } from '@linchpin/harness';
import { layCheckpoint, laySteps } from '@linchpin/models';
import type { Intervention, Json, StepModel } from '@linchpin/plugin-api';
import { createExecutor, createStepModel } from '@linchpin/runtime';
import { largestDifference, logSoftmax, runSequence } from '@linchpin/testing';
import { afterAll, expect, it } from 'vitest';

/**
 * Of the largest logit, which is between 5 and 13 here: both sides add the same products, in orders that differ with the
 * number of tokens of a run; 2.3e-6 was seen, 1.8e-5 of a logit.
 */
const tolerance = 1e-5;

const harness = await openHarness();
afterAll(() => harness.close());
const model = await harness.open();
const ids = [1, 46, 893, 285, 1389, 615, 279, 263, 1558, 279, 467, 371];

type Specification = string | { readonly name: string; readonly settings: Json };

const chainOf = async (specifications: readonly Specification[]): Promise<readonly Intervention[]> =>
  (await harness.chain(model, specifications)).interventions;

/** The logits after every token; `prompt` tokens are fed at once, the others one by one. */
async function logitsAfter(writer: StepModel, prompt: number): Promise<Float32Array[]> {
  const sequence = writer.begin();
  const logits = [await sequence.feed(ids.slice(0, prompt))];
  for (const id of ids.slice(prompt)) logits.push(await sequence.feed([id]));
  expect(sequence.length).toBe(ids.length);
  await writer.release();
  return logits;
}

function expectEqual(a: readonly Float32Array[], b: readonly Float32Array[]): void {
  expect(a.length).toBe(b.length);
  a.forEach((logits, step) => {
    const largest = logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
    expect(largestDifference(logits, b[step]!)).toBeLessThan(tolerance * largest);
  });
}

const perTensor = { name: 'quantize', settings: { activations: 'per_tensor' } };
const restored = ['prune-super-weight', 'restore-super-activation'];

it.each<[string, Specification[], boolean]>([
  ['no edit', [], true],
  ['a pruned super weight', ['prune-super-weight'], true],
  ['a factor that is a run-time number', [{ name: 'amplify', settings: { factor: 0.5 } }], true],
  ['products of integers', ['quantize'], true],
  ['a restored super activation', restored, false],
  ['a scale over the sequence', [perTensor], false],
])('gives the logits of the whole sequence under %s', async (_, specifications, isCached) => {
  const interventions = await chainOf(specifications);
  const steps = await laySteps(model, { interventions });
  expect(steps.cache !== undefined).toBe(isCached);
  const byStep = await logitsAfter(await createStepModel(steps), 5);
  const whole = await laySteps(model, { interventions, cache: false });
  expectEqual(byStep, await logitsAfter(await createStepModel(whole), 5));

  // The graph that scores, whose one row holds all tokens.
  const executor = await createExecutor(await layCheckpoint(model, { interventions }));
  const { lastLogProbabilities } = await runSequence(executor, ids);
  expect(largestDifference(logSoftmax([...byStep.at(-1)!]), lastLogProbabilities)).toBeLessThan(2e-4);
  await executor.release();
});

it('feeds a prompt in parts of the most tokens that a run takes', async () => {
  const at = async (batchTokens: number): Promise<Float32Array[]> =>
    await logitsAfter(await createStepModel(await laySteps(model), { batchTokens }), 11);
  expectEqual(await at(3), await at(2048));
});

it('keeps sequences of one model apart', async () => {
  const writer = await createStepModel(await laySteps(model));
  const [a, b] = [writer.begin(), writer.begin()];
  await a.feed(ids);
  const alone = await b.feed([1]);
  const again = await writer.begin().feed([1]);
  expect(alone).toEqual(again);
  await writer.release();
});
