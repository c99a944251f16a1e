/** Where calibration keeps what it encodes, and in which arithmetic it runs. */
import { areIntegersExact } from '@linchpin/runtime';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, type ModelSettings } from '@linchpin/execution';
import { modelFolder } from '@linchpin/model-mini';
import { openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { presets, quantize } from '@linchpin/plugin-quantize';
import { temporaryFolder } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { measureChannelMaxima } from '../src/measure-channel-maxima.ts';

const root = temporaryFolder();
const site = 'model.layers.0.mlp.down_proj.input';

async function maximaOf(
  interventions: readonly Intervention[],
  settings: ModelSettings,
): Promise<Float32Array | undefined> {
  const decoder = await openDecoder(modelFolder);
  const samples = [Int32Array.of(1, 300, 17, 2044, 5)];
  const run = { samples, batchTokens: 8, interventions, context: createContext({ settings }) };
  return (await measureChannelMaxima(decoder, [site], run)).get(site);
}

/** Where the processor adds products of 8-bit integers up wrongly, sessions over them are refused. */
const isExact = await areIntegersExact();
const unless = isExact ? '' : ' (skipped: products of 8-bit integers are not exact on this processor)';

it.skipIf(!isExact)(
  `keeps the weights of interventions before it in the folder that is asked for${unless}`,
  async () => {
    const { smoothing: _, ...naive } = presets['paper-naive'];
    const cache = join(root, 'cache');
    const quantized = await maximaOf([quantize(naive)], { encodedFolder: cache });
    expect(readdirSync(cache)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(quantized).not.toEqual(await maximaOf([], {}));
  },
);

it('measures in float32, however the model is run after it', async () => {
  const cache = join(root, 'none');
  expect(await maximaOf([], { execution: 'split16', encodedFolder: cache })).toEqual(await maximaOf([], {}));
});
