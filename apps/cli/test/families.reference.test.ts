/**
 * Tiny checkpoints of the llama family against transformers 5.23.0. Tolerances are those of their README: float32 in
 * another order of summation stays within 3e-4 for logits and the residual stream and 1.5e-4 for log-probabilities, and
 * the smallest effect of a misread feature is 7e-4.
 */
import { readdirSync } from 'node:fs';
import { openDecoder } from '@linchpin/models';
import { describeShared, readSharedJson, sharedPath, sharedRoot } from '@linchpin/testing';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { largestDifference, logSoftmax, openExecutor, runSequence } from './run-sequence.ts';

const logProbabilityTolerance = 1.5e-4;
const activationTolerance = 3e-4;

interface Peak {
  readonly value: number;
  readonly token: number;
  readonly channel: number;
}

interface Expected {
  readonly input_ids: readonly (readonly number[])[];
  readonly logits_last: readonly (readonly number[])[];
  readonly logprob_next: readonly (readonly number[])[];
  readonly top1: readonly (readonly number[])[];
  readonly residual: readonly (readonly { mean: number; std: number; peak: Peak }[])[];
  readonly final_norm: readonly { mean: number; std: number; peak: Peak }[];
  readonly mlp_down: readonly (readonly { input: Peak; output: Peak }[])[];
}

const root = sharedPath('golden/families');
const folders = existsSync(sharedRoot) ? readdirSync(root).filter((name) => name.startsWith('llama')) : [];

describeShared('llama checkpoints give what transformers gives', ['golden/families'], () => {
  it('there are ten of them', () => expect(folders.length).toBe(10));

  it.each(folders)('%s', async (name) => {
    const expected = readSharedJson(`golden/families/${name}/expected.json`) as Expected;
    const { config } = await openDecoder(join(root, name));
    const layers = Array.from({ length: config.layers }, (_, layer) => `model.layers.${layer}`);
    const sites = [
      ...layers.flatMap((layer) => [
        `${layer}.output`,
        `${layer}.mlp.down_proj.input`,
        `${layer}.mlp.down_proj.output`,
      ]),
      'model.norm.output',
    ];
    const executor = await openExecutor(join(root, name), { readSites: sites });
    for (const [sequence, ids] of expected.input_ids.entries()) {
      const facts = await runSequence(executor, ids);
      expect(largestDifference(facts.nextLogProbabilities, expected.logprob_next[sequence]!)).toBeLessThan(
        logProbabilityTolerance,
      );
      expect(largestDifference(facts.lastLogProbabilities, logSoftmax(expected.logits_last[sequence]!))).toBeLessThan(
        activationTolerance,
      );
      expect([...facts.top]).toEqual(expected.top1[sequence]);
      const activation = (site: string): Float32Array => facts.activations.get(site)!;
      layers.forEach((layer, index) => {
        expectStatistics(activation(`${layer}.output`), expected.residual[sequence]![index + 1]!, ids.length);
        expectPeak(activation(`${layer}.mlp.down_proj.input`), expected.mlp_down[sequence]![index]!.input, ids.length);
        expectPeak(
          activation(`${layer}.mlp.down_proj.output`),
          expected.mlp_down[sequence]![index]!.output,
          ids.length,
        );
      });
      expectStatistics(activation('model.norm.output'), expected.final_norm[sequence]!, ids.length);
    }
    await executor.release();
  });

  it('the same without any site read, where tokens that nobody scores are dropped early', async () => {
    const folder = join(root, 'llama');
    const { input_ids, logprob_next } = readSharedJson('golden/families/llama/expected.json') as Expected;
    const executor = await openExecutor(folder);
    const facts = await runSequence(executor, input_ids[0]!);
    expect(largestDifference(facts.nextLogProbabilities, logprob_next[0]!)).toBeLessThan(logProbabilityTolerance);
    await executor.release();
  });
});

function expectStatistics(
  values: Float32Array,
  expected: { mean: number; std: number; peak: Peak },
  tokens: number,
): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect(Math.abs(mean - expected.mean)).toBeLessThan(activationTolerance);
  expect(Math.abs(deviation - expected.std)).toBeLessThan(activationTolerance);
  expectPeak(values, expected.peak, tokens);
}

function expectPeak(values: Float32Array, expected: Peak, tokens: number): void {
  const width = values.length / tokens;
  let at = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i]!) > Math.abs(values[at]!)) at = i;
  expect(Math.abs(values[expected.token * width + expected.channel]! - expected.value)).toBeLessThan(
    activationTolerance,
  );
  expect(Math.abs(Math.abs(values[at]!) - Math.abs(expected.value))).toBeLessThan(activationTolerance);
}
