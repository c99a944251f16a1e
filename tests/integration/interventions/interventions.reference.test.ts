/**
 * Edited models against transformers with edited weights and hooks. Tolerances are those of the goldens' README: 2e-4 for
 * single log-probabilities, 1e-5 for the mean over windows.
 */
import type { Intervention, SuperWeight } from '@linchpin/plugin-api';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import { describeShared, largestDifference, readSharedJson, runSequence, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';

interface Expected {
  readonly mean_nll: number;
  readonly window_nll: readonly number[];
  readonly prompt_logprobs: readonly (readonly number[])[];
  readonly matrices?: readonly { readonly zeroed?: number }[];
  readonly fraction?: number;
  readonly scale?: number;
  readonly weights?: readonly SuperWeight[];
}

interface Golden {
  readonly super_weight: SuperWeight & { readonly value: number };
  readonly results: Readonly<Record<string, Expected>>;
}

interface Inputs {
  readonly prompts: readonly (readonly number[])[];
  readonly windows: readonly (readonly number[])[];
}

function interventionsOf(label: string, expected: Expected, weight: SuperWeight): readonly Intervention[] {
  if (label === 'original') return [];
  if (label === 'prune_sw') return [pruneSuperWeight({ weights: [weight] })];
  if (label === 'prune_sw_restore_sa')
    return [pruneSuperWeight({ weights: [weight] }), restoreSuperActivation({ weights: [weight] })];
  if (label.startsWith('prune_non_sw')) return [pruneOutliers({ fraction: expected.fraction!, keep: [weight] })];
  if (label.startsWith('prune_all')) return [pruneOutliers({ fraction: expected.fraction!, keep: [] })];
  if (label === 'prune_found') return [pruneSuperWeight({ weights: expected.weights! })];
  if (label.startsWith('scale_sw')) return [scaled(weight, expected.scale!)];
  throw new Error(`the golden has the label ${label}, which no intervention makes`);
}

function scaled({ layer, row, column }: SuperWeight, factor: number): Intervention {
  return {
    name: 'scale',
    version: 1,
    settings: { factor },
    edit: (model) => model.weight(model.mlpOutput({ layer })).scale(row, column, factor),
  };
}

for (const name of ['mini', 'planted', 'stories260K', 'tinystories-656k']) {
  const folder = `golden/interventions/${name}`;
  const checkpoint = name === 'planted' ? folder : `models/${name}`;
  describeShared(`interventions on ${name}`, [folder, checkpoint], () => {
    const golden = readSharedJson(`${folder}/results.json`) as Golden;

    it.each(Object.keys(golden.results))('%s', async (label) => {
      const inputs = readSharedJson(`${folder}/inputs.json`) as Inputs;
      const expected = golden.results[label]!;
      const interventions = interventionsOf(label, expected, golden.super_weight);
      const executor = await openExecutor(sharedPath(checkpoint), { interventions });
      for (const [index, ids] of inputs.prompts.entries()) {
        const facts = await runSequence(executor, ids);
        expect(largestDifference(facts.nextLogProbabilities, expected.prompt_logprobs[index]!)).toBeLessThan(2e-4);
      }
      const nll: number[] = [];
      for (const ids of inputs.windows) {
        const { nextLogProbabilities } = await runSequence(executor, ids);
        nll.push(-nextLogProbabilities.reduce((sum, value) => sum + value, 0) / nextLogProbabilities.length);
      }
      expect(largestDifference(nll, expected.window_nll)).toBeLessThan(1e-5);
      expect(Math.abs(nll.reduce((sum, value) => sum + value, 0) / nll.length - expected.mean_nll)).toBeLessThan(1e-5);
      await executor.release();
      if (expected.matrices !== undefined) {
        const decoder = await layCheckpoint(await openDecoder(sharedPath(checkpoint)), { interventions });
        const zeroed = expected.matrices.reduce((sum, matrix) => sum + (matrix.zeroed ?? 0), 0);
        // Entries that were zero already, and the super weight where it is among the largest, are not changed.
        expect(zeroed - decoder.changedWeights).toBeLessThanOrEqual(1);
        expect(zeroed - decoder.changedWeights).toBeGreaterThanOrEqual(0);
      }
    });
  });
}
