/** Where calibration keeps what it encodes, and in which arithmetic it runs. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { presets, quantize } from '@linchpin/plugin-quantize';
import { expect, it } from 'vitest';
import { measureChannelMaxima } from '../src/calibration/measure-channel-maxima.ts';
import type { ModelFlags } from '../src/flags.ts';
import { embeddedModels } from '../src/open-model.ts';
import { temporaryFolder } from './run-linchpin.ts';

const root = temporaryFolder();
const site = 'model.layers.0.mlp.down_proj.input';

async function maximaOf(interventions: readonly Intervention[], flags: ModelFlags): Promise<Float32Array | undefined> {
  const decoder = await openDecoder(join(embeddedModels, 'mini'));
  const samples = [Int32Array.of(1, 300, 17, 2044, 5)];
  const run = { samples, batchTokens: 8, interventions, flags, signal: new AbortController().signal };
  return (await measureChannelMaxima(decoder, [site], run)).get(site);
}

it('keeps the weights of interventions before it in the folder that is asked for', async () => {
  const { smoothing: _, ...naive } = presets['paper-naive'];
  const cache = join(root, 'cache');
  const quantized = await maximaOf([quantize(naive)], { cache });
  expect(readdirSync(cache)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect(quantized).not.toEqual(await maximaOf([], {}));
});

it('measures in float32, however the model is run after it', async () => {
  const cache = join(root, 'none');
  expect(await maximaOf([], { execution: 'split16', cache })).toEqual(await maximaOf([], {}));
});
