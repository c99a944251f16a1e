/**
 * 8-bit arithmetic on families whose norms have biases, whose queries, keys and values come out of one product, or whose
 * matrices are stored [in, out]: smoothing alone changes nothing, and the operands of attention are quantized one by one.
 */
import { openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { presets, quantize, type QuantizeOptions } from '@linchpin/plugin-quantize';
import { describeShared, largestDifference, readSharedJson, runSequence, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';

const root = 'golden/families';
const folders = ['gpt2', 'gpt_neox', 'opt', 'bloom', 'falcon', 'falcon-alibi', 'falcon-new', 'phi3'];

const nothing: QuantizeOptions = {
  ...presets['paper-naive'],
  smoothing: undefined,
  weights: 'none',
  activations: 'none',
  attentionOperands: 'none',
};
const operands: QuantizeOptions = {
  ...presets['paper-naive'],
  smoothing: undefined,
  weights: 'none',
  attentionOperands: 'qkv+probabilities',
};

/** Float32 with the factors multiplied into the matrices, against float32 without: log-probabilities of up to 12. */
const tolerance = 1e-4;

describeShared('8-bit arithmetic on other families than llama', [root], () => {
  it.each(folders)('%s', async (name) => {
    const folder = sharedPath(`${root}/${name}`);
    const { input_ids } = readSharedJson(`${root}/${name}/expected.json`) as { input_ids: readonly number[][] };
    const { tensors } = await openDecoder(folder);
    const inputMaxima = async (modules: readonly string[]): Promise<Map<string, Float32Array>> =>
      new Map(modules.map((module) => [module, ramp(tensors.get(`${module}.weight`)!.shape[1]!)]));
    const run = async (interventions: readonly Intervention[], readSites: readonly string[] = []) => {
      const executor = await openExecutor(folder, { interventions, readSites });
      const facts = await runSequence(executor, input_ids[0]!);
      await executor.release();
      return facts.nextLogProbabilities;
    };
    const plain = await run([]);
    const smoothed = await run([quantize({ ...nothing, smoothing: { alpha: 0.5, inputMaxima } })]);
    expect(largestDifference(smoothed, plain)).toBeLessThan(tolerance);
    expect(largestDifference(smoothed, plain)).toBeGreaterThan(0);
    const quantized = await run([quantize(operands)]);
    expect(largestDifference(quantized, plain)).toBeGreaterThan(tolerance);
    expect(largestDifference(quantized, plain)).toBeLessThan(2);
  });
});

describeShared('smoothing', [root], () => {
  it.each(['olmo', 'gemma2'])('is refused for %s, whose norms have nothing that factors fold into', async (name) => {
    const smoothing = { alpha: 0.5, inputMaxima: () => Promise.resolve(new Map<string, Float32Array>()) };
    const interventions = [quantize({ ...nothing, smoothing })];
    await expect(openExecutor(sharedPath(`${root}/${name}`), { interventions })).rejects.toMatchObject({
      code: 'quantize/nothing-to-smooth',
    });
  });
});

/** Maxima that differ from channel to channel by up to a factor of 8. */
function ramp(channels: number): Float32Array {
  return Float32Array.from({ length: channels }, (_, channel) => 0.5 + (3.5 * channel) / channels);
}
