/** Stages of layers from the option to the rows and the store, and what is refused with them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Division } from '@linchpin/execution';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import type { Outcome } from '../src/evaluate.ts';
import type { HarnessOptions } from '../src/harness.ts';
import { openHarness } from '../src/open-harness.ts';

const root = temporaryFolder();

function countBatches(store: string): number {
  const database = new DatabaseSync(join(store, 'store.sqlite'));
  const { count } = database.prepare('SELECT count(*) AS count FROM batches').get() as { count: number };
  database.close();
  return count;
}
const asked = { tasks: ['piqa', 'lambada_openai'], limit: 6 };

async function scored(options: HarnessOptions, interventions: readonly string[] = []): Promise<Outcome> {
  await using harness = await openHarness({ threads: 1, ...options });
  return await harness.evaluate(await harness.open(), { ...asked, interventions });
}

it('gives the numbers of the whole model, and says in how many stages', { timeout: 60_000 }, async () => {
  const interventions = ['prune-super-weight', 'restore-super-activation'];
  const [whole, staged] = [await scored({}, interventions), await scored({ stages: 2 }, interventions)];
  for (const [index, row] of staged.rows.entries()) {
    const { stages, value, ...others } = row;
    expect(stages).toBe(2);
    expect(value).toBeCloseTo(whole.rows[index]!.value, 6);
    expect(others.metric).toBe(whole.rows[index]!.metric);
  }
  expect(whole.rows.some((row) => 'stages' in row)).toBe(false);
});

it('is remembered apart from the whole model, and given again', { timeout: 60_000 }, async () => {
  const store = join(root, 'store');
  const valuesOf = ({ rows }: Outcome): number[] => rows.map(({ value }) => value);
  await scored({ store });
  const ofWhole = countBatches(store);
  const first = await scored({ store, stages: 2 });
  const ofBoth = countBatches(store);
  expect(ofBoth).toBeGreaterThan(ofWhole);
  expect(valuesOf(await scored({ store, stages: 2 }))).toEqual(valuesOf(first));
  expect(countBatches(store)).toBe(ofBoth);
});

it('is refused for what needs all layers in one session, before anything is computed', async () => {
  await using harness = await openHarness({ threads: 1, stages: 2 });
  const model = await harness.open();
  const refused = { code: 'runtime/not-by-stages' };
  await expect(harness.evaluate(model, { ...asked, reference: [] })).rejects.toMatchObject(refused);
  await expect(harness.generate(model, { prompts: ['One'], maxTokens: 2 })).rejects.toMatchObject(refused);
  await expect(harness.perplexity(model, { corpus: 'wikitext2', windows: 1, reference: [] })).rejects.toMatchObject(
    refused,
  );
  const division = {} as Division;
  await expect(openHarness({ stages: 'auto', division })).rejects.toMatchObject({ code: 'harness/bad-option' });
  await expect(openHarness({ dtype: 'float16' })).rejects.toMatchObject({ code: 'runtime/device-cannot' });
});

it('is refused when a model is opened that has fewer layers', async () => {
  await using harness = await openHarness({ threads: 1, stages: 99 });
  await expect(harness.open()).rejects.toMatchObject({ code: 'runtime/too-many-stages' });
});

it('is refused beside answers that are written before any task is scored', async () => {
  const datasets = join(root, 'datasets');
  await mkdir(join(datasets, 'gsm8k'), { recursive: true });
  await writeFile(join(datasets, 'gsm8k', 'test.jsonl'), JSON.stringify({ question: '1 + 1?', answer: '#### 2' }));
  const store = join(root, 'unwritten');
  await using harness = await openHarness({ threads: 1, stages: 2, datasets, store });
  const refused = {
    code: 'runtime/not-by-stages',
    message: expect.stringContaining('tasks whose answers are written'),
  };
  const model = await harness.open('mini');
  await expect(harness.evaluate(model, { tasks: ['gsm8k'], numFewshot: 0 })).rejects.toMatchObject(refused);
  const chains = [{ label: 'original', interventions: [] }];
  const matrix = { models: ['mini'], chains, tasks: ['gsm8k'], corpora: [], fewshot: { gsm8k: 0 } };
  await expect(harness.planMatrix(matrix)).rejects.toMatchObject(refused);
  const recorded = (await harness.openStore())!.runs.list();
  expect(recorded).toEqual([]);
});

it('shares prefixes in one stage as without stages', { timeout: 60_000 }, async () => {
  const [whole, one] = [await scored({}), await scored({ stages: 1 })];
  const factsOf = ({ rows }: Outcome): unknown =>
    rows.map(({ value, tokensComputed, stages }) => ({ value, tokensComputed, stages }));
  expect(factsOf(one)).toEqual(factsOf(whole));
});
