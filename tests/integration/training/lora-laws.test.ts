/** Laws of adapters over tiny models: what is trained beside a model, merged into it and composed is the same model. */
import { join } from 'node:path';
import { openDecoder, openEditedWeights } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { amplify } from '@linchpin/plugin-amplify';
import { doraMethod, lora, loraMethod } from '@linchpin/plugin-lora';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { presets, quantize } from '@linchpin/plugin-quantize';
import { quantizeWeights } from '@linchpin/plugin-quantize-weights';
import { writeSafetensors } from '@linchpin/safetensors';
import { largestDifference, runSequence, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';
import { tinyFamily } from '../tiny-families.ts';
import { trainAdapter } from './train-adapter.ts';

const { ids } = tinyFamily('llama');
const examples = ids.map((row) => ({ ids: Int32Array.from(row), from: 1 }));
const steps = { steps: 4, learningRate: 0.05 };

async function scores(folder: string, interventions: readonly Intervention[]): Promise<Float32Array[]> {
  const executor = await openExecutor(folder, { interventions });
  const found: Float32Array[] = [];
  for (const row of ids) found.push((await runSequence(executor, row)).nextLogProbabilities);
  await executor.release();
  return found;
}

function lossOf(logProbabilities: readonly Float32Array[]): number {
  const all = logProbabilities.flatMap((row) => [...row]);
  return -all.reduce((sum, value) => sum + value, 0) / all.length;
}

async function weightsUnder(
  folder: string,
  interventions: readonly Intervention[],
): Promise<Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>> {
  const weights = await openEditedWeights(await openDecoder(folder), { interventions });
  const found = new Map<string, { readonly shape: readonly number[]; readonly values: Float32Array }>();
  for (const [name, shape] of weights.shapes) found.set(name, { shape, values: await weights.values(name) });
  await weights.release();
  return found;
}

describe.each([
  ['llama', loraMethod],
  ['llama', doraMethod],
  ['llama-tied-biases', doraMethod],
  ['gpt2', loraMethod],
  ['gpt2', doraMethod],
  ['gpt-neox', doraMethod],
  ['qwen2-moe', loraMethod],
  ['falcon', doraMethod],
  ['bloom', loraMethod],
])('%s, %o', (model, method) => {
  const folder = temporaryFolder();
  const out = temporaryFolder();
  beforeAll(async () => await tinyFamily(model).write(folder));

  it('changes no bit before the first step', async () => {
    // The first step of a warm-up has the learning rate 0.
    const settings = { steps: 1, warmUpSteps: 1 };
    const { losses } = await trainAdapter({ folder, method, options: { r: 3 }, examples, settings, out });
    const plain = await scores(folder, []);
    expect(await scores(folder, [lora(out)])).toEqual(plain);
    expect(losses[0]).toBeCloseTo(lossOf(plain), 5);
    // The order of the rows is another one.
    expect(Math.abs(losses[1]! - losses[0]!)).toBeLessThan(1e-6);
  });

  it('scores merged as it was trained', async () => {
    const options = { r: 3, useRslora: true };
    const trained = await trainAdapter({ folder, method, options, examples, settings: steps, out });
    for (const [name, gradient] of trained.firstGradients)
      if (name.endsWith('lora_A.weight')) expect(gradient.every((value) => value === 0)).toBe(true);
    expect(trained.losses.at(-1)).toBeLessThan(trained.losses[0]! - 0.05);
    expect(Math.abs(lossOf(await scores(folder, [lora(out)])) - trained.losses.at(-1)!)).toBeLessThan(2e-6);
  });

  it('has the same gradients where activations are computed again', async () => {
    const options = { r: 3 };
    const kept = await trainAdapter({ folder, method, options, examples, settings: steps });
    const again = await trainAdapter({ folder, method, options, examples, settings: steps, recompute: 'layers' });
    expect(largestDifference(again.losses, kept.losses)).toBeLessThan(1e-6);
  });
});

describe('in a chain', () => {
  const folder = temporaryFolder();
  const out = temporaryFolder();
  const merged = temporaryFolder();
  const place = { layer: 1, row: 2, column: 3 };
  const down = 'model.layers.1.mlp.down_proj.weight';

  beforeAll(async () => {
    await tinyFamily('llama').write(folder);
    await trainAdapter({ folder, method: doraMethod, options: { r: 3 }, examples, settings: steps, out });
    await tinyFamily('llama').write(merged);
    const tensors = [...(await weightsUnder(folder, [lora(out)]))].map(([name, { shape, values }]) => {
      return { name, dtype: 'F32' as const, shape, bytes: new Uint8Array(values.buffer) };
    });
    await writeSafetensors(join(merged, 'model.safetensors'), tensors);
  });

  const behind: readonly (readonly [string, Intervention])[] = [
    ['nothing', { name: 'nothing', version: 1, settings: null, edit: () => {} }],
    ['a pruned weight', pruneSuperWeight({ weights: [place] })],
    ['an amplified weight', amplify({ factor: 1.5, weights: [place] })],
    ['quantized weights', quantizeWeights({ bits: 4, block: 'channel' })],
    // Simulated: integer kernels are not exact on every processor.
    [
      'quantized products',
      quantize({ ...presets['paper-naive'], smoothing: undefined, outputProjection: false, execution: 'simulated' }),
    ],
  ];

  it.each(behind)('is, before %s, what the merged checkpoint is', async (_, after) => {
    const got = await scores(folder, [lora(out), after]);
    expect(got).toEqual(await scores(merged, [after]));
    expect(got).not.toEqual(await scores(folder, [after]));
  });

  it('changes what interventions before it have left', async () => {
    const pruned = pruneSuperWeight({ weights: [place] });
    const at = 2 * 12 + 3;
    const alone = (await weightsUnder(folder, [lora(out)])).get(down)!.values[at]!;
    const first = (await weightsUnder(folder, [pruned, lora(out)])).get(down)!.values[at]!;
    const last = (await weightsUnder(folder, [lora(out), pruned])).get(down)!.values[at]!;
    expect(last).toBe(0);
    expect(first).not.toBe(0);
    expect(first).not.toBe(alone);
  });

  it('leaves a row of zeros as it is, without a NaN', async () => {
    const row = { from: 5 * 12, to: 6 * 12 };
    const zeros: Intervention = {
      name: 'zeros',
      version: 1,
      settings: null,
      edit: (model) => model.weight(down).map((values) => values.fill(0, row.from, row.to)),
    };
    const interventions = [zeros];
    const { values, losses } = await trainAdapter({
      folder,
      method: doraMethod,
      options: { r: 3 },
      examples,
      settings: steps,
      interventions,
      out,
    });
    for (const trained of values.values()) expect(trained.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const left = (await weightsUnder(folder, [zeros, lora(out)])).get(down)!.values;
    expect(left.subarray(row.from, row.to).every((value) => value === 0)).toBe(true);
    expect(left.every(Number.isFinite)).toBe(true);
  });

  it('is trained on what interventions before it have left', async () => {
    const interventions = [pruneSuperWeight({ weights: [place] })];
    const options = { r: 3 };
    const { losses } = await trainAdapter({
      folder,
      method: doraMethod,
      options,
      examples,
      settings: steps,
      interventions,
      out,
    });
    expect(losses[0]).toBeCloseTo(lossOf(await scores(folder, interventions)), 5);
    const both = lossOf(await scores(folder, [...interventions, lora(out)]));
    expect(Math.abs(both - losses.at(-1)!)).toBeLessThan(2e-6);
  });
});
