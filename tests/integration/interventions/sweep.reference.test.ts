/**
 * A sweep over factors of a super weight, all points of one session, against transformers with scaled weights. Tolerances
 * are those of the goldens' README: 2e-4 for single log-probabilities, 1e-5 for the mean over windows.
 */
import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { SuperWeight } from '@linchpin/plugin-api';
import { amplify, amplifyParameter } from '@linchpin/plugin-amplify';
import { createSweepExecutor } from '@linchpin/runtime';
import {
  describeShared,
  largestDifference,
  readSharedJson,
  sequenceBatch,
  sequenceFacts,
  sharedPath,
} from '@linchpin/testing';
import { expect, it } from 'vitest';

interface Expected {
  readonly mean_nll: number;
  readonly window_nll: readonly number[];
  readonly prompt_logprobs: readonly (readonly number[])[];
  readonly scale?: number;
}

interface Golden {
  readonly super_weight: SuperWeight;
  readonly results: Readonly<Record<string, Expected>>;
}

interface Inputs {
  readonly prompts: readonly (readonly number[])[];
  readonly windows: readonly (readonly number[])[];
}

for (const name of ['mini', 'planted', 'stories260K', 'tinystories-656k']) {
  const folder = `golden/interventions/${name}`;
  const checkpoint = name === 'planted' ? folder : `models/${name}`;
  describeShared(`sweep of ${name}`, [folder, checkpoint], () => {
    it('gives every point as a model whose weight was scaled', async () => {
      const golden = readSharedJson(`${folder}/results.json`) as Golden;
      const { prompts, windows } = readSharedJson(`${folder}/inputs.json`) as Inputs;
      const points = Object.values(golden.results).filter(({ scale }) => scale !== undefined);
      expect(points.length).toBeGreaterThan(5);
      const decoder = await layCheckpoint(await openDecoder(sharedPath(checkpoint)), {
        interventions: [amplify({ factor: 1, weights: [golden.super_weight] })],
      });
      const executor = await createSweepExecutor(decoder, {
        parameter: amplifyParameter,
        values: points.map(({ scale }) => scale!),
      });
      const run = async (ids: readonly number[]): Promise<Float32Array[]> => {
        const outputs = await executor.run(sequenceBatch(ids, executor.vocabularySize));
        return outputs.map((output) => sequenceFacts(output, ids).nextLogProbabilities);
      };
      for (const [index, ids] of prompts.entries()) {
        for (const [point, logProbabilities] of (await run(ids)).entries()) {
          const expected = points[point]!.prompt_logprobs[index]!;
          expect(largestDifference(logProbabilities, expected)).toBeLessThan(2e-4);
        }
      }
      const nll = points.map((): number[] => []);
      for (const ids of windows) {
        for (const [point, logProbabilities] of (await run(ids)).entries())
          nll[point]!.push(-logProbabilities.reduce((sum, value) => sum + value, 0) / logProbabilities.length);
      }
      for (const [point, { window_nll, mean_nll }] of points.entries()) {
        const own = nll[point]!;
        expect(largestDifference(own, window_nll)).toBeLessThan(1e-5);
        expect(Math.abs(own.reduce((sum, value) => sum + value, 0) / own.length - mean_nll)).toBeLessThan(1e-5);
      }
      await executor.release();
    });
  });
}
