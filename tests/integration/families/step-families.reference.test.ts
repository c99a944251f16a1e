/** Step graphs of families whose attention looks at places: what is kept from token to token changes no logit. */
import { laySteps, openDecoder } from '@linchpin/models';
import type { StepModel } from '@linchpin/plugin-api';
import { createStepModel } from '@linchpin/runtime';
import { describeShared, largestDifference, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';

/** Of logits, as the checkpoints' README has it: float32 in another order of summation. */
const tolerance = 3e-4;

interface Expected {
  readonly input_ids: readonly (readonly number[])[];
  readonly logits_last: readonly (readonly number[])[];
}

/** The logits after every token from the fifth on, which are fed at once; the others follow one by one. */
async function logitsAfter(model: StepModel, ids: readonly number[]): Promise<Float32Array[]> {
  const sequence = model.begin();
  const logits = [await sequence.feed(ids.slice(0, 5))];
  for (const id of ids.slice(5)) logits.push(await sequence.feed([id]));
  await model.release();
  return logits;
}

describeShared('text that is written token by token', ['golden/families'], () => {
  it.each([
    { name: 'mistral', about: 'a window', isCached: true },
    { name: 'gemma2', about: 'soft caps, and windows in some layers', isCached: true },
    { name: 'gemma3_text', about: 'rotary positions that differ from layer to layer', isCached: true },
    { name: 'phi3-su', about: 'rotary positions that a longer sequence changes', isCached: false },
  ])('$name: $about', async ({ name, isCached }) => {
    const decoder = await openDecoder(sharedPath(`golden/families/${name}`));
    const expected = readSharedJson(`golden/families/${name}/expected.json`) as Expected;
    const [ids, last] = [expected.input_ids[0]!, expected.logits_last[0]!];
    const steps = await laySteps(decoder);
    expect(steps.cache !== undefined).toBe(isCached);
    const logits = await logitsAfter(await createStepModel(steps), ids);
    expect(largestDifference(logits.at(-1)!, last)).toBeLessThan(tolerance);
    if (!isCached) return;
    const whole = await logitsAfter(await createStepModel(await laySteps(decoder, { cache: false })), ids);
    logits.forEach((after, step) => expect(largestDifference(after, whole[step]!)).toBeLessThan(tolerance));
  });
});
