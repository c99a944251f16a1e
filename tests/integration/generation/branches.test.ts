/** Laws of sequences that branch: each branch gets the logits of its own ids, whatever grows beside it. */
import { join } from 'node:path';
import { laySteps, openDecoder } from '@linchpin/models';
import type { BranchingModel, Growth } from '@linchpin/plugin-api';
import { createStepModel } from '@linchpin/runtime';
import { describeShared, largestDifference, repositoryRoot, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';

/** Of the largest logit: both sides add the same products in orders that differ with what is run together; 1.6e-6 was seen. */
const tolerance = 1e-5;

interface Grown {
  readonly branches: Growth['branches'];
  ids: readonly (readonly number[])[];
}

const model = async (folder: string, cache = true): Promise<BranchingModel> =>
  await createStepModel(await laySteps(await openDecoder(folder), { cache }));

/** Branches of prompts grow at random, sometimes all together and sometimes some of them; gives every sequence and its logits. */
async function grownAtRandom(
  grown: BranchingModel,
  { steps, prompts }: { readonly steps: number; readonly prompts: readonly number[] },
): Promise<{ readonly ids: readonly number[]; readonly logits: Float32Array }[]> {
  let state = 5;
  // Numerical Recipes' generator: any spread will do.
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const someId = (): number => 3 + below(grown.vocabularySize - 3);
  const texts = prompts.map((): Grown => ({ branches: grown.beginBranches(), ids: [[]] }));
  const seen: { ids: readonly number[]; logits: Float32Array }[] = [];
  for (let step = 0; step < steps; step++) {
    const growing = texts.filter((_, text) => step === 0 || text !== step % 5);
    const growths = growing.map(({ branches, ids }): Growth => {
      const length = step === 0 ? prompts[texts.findIndex((text) => text.branches === branches)]! : 1;
      const count = step === 0 ? 1 : 1 + below(4);
      const next = Array.from({ length: count }, () => ({
        from: below(ids.length),
        ids: Array.from({ length }, someId),
      }));
      return { branches, next };
    });
    const logits = await grown.grow(growths);
    growing.forEach((text, index) => {
      text.ids = growths[index]!.next.map(({ from, ids }) => [...text.ids[from]!, ...ids]);
      expect(text.branches).toMatchObject({ length: text.ids[0]!.length, count: text.ids.length });
      seen.push(...text.ids.map((ids, branch) => ({ ids, logits: logits[index]![branch]! })));
    });
  }
  return seen;
}

async function expectOwnLogits(folder: string, steps: number): Promise<void> {
  const [grown, whole] = [await model(folder), await model(folder, false)];
  const seen = await grownAtRandom(grown, { steps, prompts: [9, 2, 14] });
  expect(seen.length).toBeGreaterThan(2 * steps);
  for (const { ids, logits } of seen.slice(-40)) {
    const alone = await whole.begin().feed(ids);
    const largest = alone.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
    expect(largestDifference(logits, alone)).toBeLessThan(tolerance * largest);
  }
  await grown.release();
  await whole.release();
}

describe('branches', () => {
  // Enough steps that keys of ended branches are left out on the way.
  it('have the logits of their own ids', () => expectOwnLogits(join(repositoryRoot, 'models/mini'), 60));

  it('have them where nothing is kept', async () => {
    const whole = await model(join(repositoryRoot, 'models/mini'), false);
    for (const { ids, logits } of await grownAtRandom(whole, { steps: 3, prompts: [4, 2] }))
      expect(logits).toEqual(await whole.begin().feed(ids));
    await whole.release();
  });
});

describeShared('branches of attention that looks at places', ['golden/families'], () => {
  it.each(['mistral', 'gemma3_text', 'bloom', 'gpt2'])('%s', async (name) => {
    await expectOwnLogits(sharedPath(`golden/families/${name}`), 25);
  });
});
