/** A training is laid so that it fits in memory, and refused where it does not. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openHarness } from '../src/open-harness.ts';
import type { TrainedModel, TrainOptions } from '../src/train.ts';

const root = temporaryFolder();
const text = join(root, 'text.jsonl');
writeFileSync(
  text,
  Array.from({ length: 8 }, (_, row) => `${JSON.stringify({ text: `Row ${row} of a text. `.repeat(5) })}\n`).join(''),
);
// Many tokens, of which few are scored: what lies in memory is the residual stream above all.
const long = join(root, 'long.jsonl');
writeFileSync(
  long,
  Array.from({ length: 8 }, (_, row) => {
    return `${JSON.stringify({ instruction: `Row ${row} of a text. `.repeat(40), output: 'It is.' })}\n`;
  }).join(''),
);

async function trained(name: string, options: Partial<TrainOptions>): Promise<TrainedModel> {
  const harness = await openHarness({ threads: 1 });
  try {
    const common = { method: 'full', data: [text], out: join(root, name), steps: 1, batchSize: 4, heldOut: 2 } as const;
    return await harness.train(await harness.open(), { ...common, ...options });
  } finally {
    await harness.close();
  }
}

it(
  'keeps activations where there is room, and computes them again to the same bits where there is not',
  { timeout: 240_000 },
  async () => {
    const kept = await trained('kept', { available: 2 ** 40 });
    const again = await trained('again', { recompute: true, available: 2 ** 40 });
    const [more, less] = [kept.facts.memory.needed, again.facts.memory.needed];
    expect([kept, again].map(({ facts }) => facts.laying.recompute)).toEqual([false, 'half-layers']);
    expect(less).toBeLessThan(more);
    const tight = await trained('tight', { available: (more + less) / 2 });
    expect(tight.facts.laying.recompute).toBe('half-layers');
    expect(tight.facts.memory.needed).toBe(less);
    expect(tight.steps).toEqual(kept.steps);
    expect(tight.evaluations).toEqual(kept.evaluations);
  },
);

it('keeps nothing inside layers where there is no room for it', { timeout: 120_000 }, async () => {
  const few = { method: 'lora', data: [long], heldOut: undefined } as const;
  const halves = await trained('halves', { ...few, recompute: true });
  const tight = await trained('layers', { ...few, recompute: true, available: halves.facts.memory.needed - 1 });
  expect([halves, tight].map(({ facts }) => facts.laying.recompute)).toEqual(['half-layers', 'layers']);
  expect(tight.facts.memory.needed).toBeLessThan(halves.facts.memory.needed);
  expect(tight.steps).toEqual(halves.steps);
});

it('refuses what does not fit before anything is computed', async () => {
  await expect(trained('refused', { available: 2 ** 20 })).rejects.toMatchObject({ code: 'tuning/not-enough-memory' });
  expect(existsSync(join(root, 'refused'))).toBe(false);
});

it('leaves the folder of what was refused to the corrected call', async () => {
  const refused = trained('corrected', { method: { name: 'smt', settings: { block: 7 } } });
  await expect(refused).rejects.toMatchObject({ code: expect.stringMatching(/^plugin-smt\//) });
  expect(existsSync(join(root, 'corrected'))).toBe(false);
  const { facts } = await trained('corrected', {
    method: { name: 'full', settings: { tensors: ['layers.0.self_attn.q_proj'] } },
  });
  expect(facts.method).toBe('full');
});

it('lets one training into a folder at a time, and none that says something without effect', async () => {
  const both = await Promise.allSettled([trained('shared', {}), trained('shared', {})]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'tuning/already-training' },
  });
  for (const idle of [{ epochs: 1 }, { patience: 1, heldOut: undefined }, { evaluateEvery: 1, heldOut: undefined }])
    await expect(trained('idle', idle)).rejects.toMatchObject({ code: 'tuning/idle-setting' });
  expect(existsSync(join(root, 'idle'))).toBe(false);
});

it('counts every part of the memory once', { timeout: 240_000 }, async () => {
  const { facts } = await trained('counted', {});
  const { needed, available, ...parts } = facts.memory;
  expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBe(needed);
  expect(needed).toBeLessThanOrEqual(available);
  expect(parts.moments).toBe(2 * 4 * facts.trained);
});
