/** The loss of samples under candidates, on the embedded model. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '@linchpin/execution';
import { modelFolder } from '@linchpin/model-mini';
import { openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { presets, quantize } from '@linchpin/plugin-quantize';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { textLosses } from '../src/text-losses.ts';

const cache = join(temporaryFolder(), 'cache');
const context = createContext({ settings: { threads: 1, encodedFolder: cache } });
const samples = [Int32Array.of(1, 300, 17, 2044, 5), Int32Array.of(1), Int32Array.of(1, 40, 41)];

function scaled(factor: number): Intervention {
  return {
    name: 'scaled',
    version: 1,
    settings: { factor },
    edit(model) {
      model.weight(model.mlpOutput({ layer: 1 })).scale(100, 300, factor);
    },
  };
}

it('is the mean of all predictions under each candidate by itself, behind what comes before', async () => {
  const decoder = await openDecoder(modelFolder);
  let steps = 0;
  const options = { samples, interventions: [], context, onSample: () => void steps++ };
  const [whole, none, again] = await textLosses(decoder, [scaled(1), scaled(0), scaled(1)], options);
  expect(steps).toBe(3 * samples.length);
  expect(again).toBe(whole);
  expect(none).not.toBe(whole);
  const before = { samples, interventions: [scaled(0)], context };
  expect(await textLosses(decoder, [scaled(1)], before)).toEqual([none]);
  // Six predictions: four of the first sample, none of the second, two of the third.
  const [first, third] = await Promise.all(
    [samples[0]!, samples[2]!].map((sample) => textLosses(decoder, [scaled(1)], { ...options, samples: [sample] })),
  );
  expect(whole).toBeCloseTo((4 * first![0]! + 2 * third![0]!) / 6, 6);
});

it('keeps nothing of what a candidate encodes', async () => {
  mkdirSync(cache, { recursive: true });
  const { smoothing: _, ...naive } = presets['paper-naive'];
  const decoder = await openDecoder(modelFolder);
  const [loss] = await textLosses(decoder, [quantize({ ...naive, execution: 'simulated' })], {
    samples,
    interventions: [],
    context,
  });
  expect(Number.isFinite(loss)).toBe(true);
  expect(readdirSync(cache)).toEqual([]);
});

it('refuses samples of which nothing can be predicted', async () => {
  const decoder = await openDecoder(modelFolder);
  const nothing = textLosses(decoder, [scaled(1)], { samples: [Int32Array.of(1)], interventions: [], context });
  await expect(nothing).rejects.toMatchObject({ code: 'calibration/no-samples' });
});
