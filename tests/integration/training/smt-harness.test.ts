/** Sparse tuning from data to a model under the result, by the harness, on the embedded model. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openHarness } from '@linchpin/harness';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';

const root = temporaryFolder();

it('trains blocks, and runs the model with them', async () => {
  const data = join(root, 'texts.jsonl');
  const texts = ['Once upon a time there was a cat who liked to sit in the sun.', 'The dog ran to the lake and back.'];
  await writeFile(data, texts.map((text) => JSON.stringify({ text })).join('\n'));
  await using harness = await openHarness({ threads: 2 });
  const model = await harness.open('mini');
  const method = { name: 'smt', settings: { block: 64, mlpBlocks: 4, warmUpSteps: 1 } };
  const out = join(root, 'tuned');
  const reading = { data: [data], maxLength: 24, batchSize: 2 };
  const trained = await harness.train(model, { ...reading, method, out, steps: 3, learningRate: 1e-4 });
  expect(trained.facts.trained).toBe(4 * 64 * 64);
  expect(trained.steps.at(-1)!.loss).toBeLessThan(trained.steps[0]!.loss);
  expect(trained.intervention).toEqual({ name: 'smt', settings: { path: out } });
  // What a selection shows is what a training takes.
  const selection = await harness.select(model, { ...reading, method });
  expect(trained.facts.plan).toEqual(selection.settings);
  const [plain, tuned] = await Promise.all(
    [[], [trained.intervention]].map(async (interventions) => {
      const asked = { prompts: ['The dog ran'], maxTokens: 1, chains: [await harness.chain(model, interventions)] };
      return (await harness.generate(model, asked)).texts[0]!.nextTokens;
    }),
  );
  expect(tuned).not.toEqual(plain);
});
