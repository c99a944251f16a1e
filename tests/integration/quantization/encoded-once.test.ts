/** Which options of `quantize` make other encoded weights, by the folders that appear in the cache. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { Intervention } from '@linchpin/plugin-api';
import { presets, quantize, type QuantizeOptions } from '@linchpin/plugin-quantize';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const hidden = 32;
const folder = temporaryFolder();
let checkpoint: string;

beforeAll(async () => {
  checkpoint = join(folder, 'model');
  const shape = { layers: 1, hidden, heads: 4, keyValueHeads: 2, intermediate: 48, vocabulary: 64, contextLength: 16 };
  await writeRandomLlama(checkpoint, { ...shape, dtype: 'F32', tied: false, seed: 5, spread: 0.5 });
});

const { smoothing: _, ...naive } = presets['paper-naive'];

/** As if every channel of every norm's output were 1, but for the first. */
function smoothed(alpha: number, first: number, options: Partial<QuantizeOptions> = {}): Intervention {
  const maxima = Float32Array.from({ length: hidden }, (_value, channel) => (channel === 0 ? first : 1));
  const inputMaxima = async (modules: readonly string[]) => new Map(modules.map((module) => [module, maxima]));
  return quantize({ ...naive, ...options, smoothing: { alpha, inputMaxima } });
}

/** The chain alone, and how many encodings are in the cache after it. */
async function encodingsAfter(chains: readonly (readonly Intervention[])[], cache: string): Promise<number[]> {
  const counts: number[] = [];
  for (const interventions of chains) {
    await layCheckpoint(await openDecoder(checkpoint), { interventions, encodedFolder: join(folder, cache) });
    counts.push((await readdir(join(folder, cache))).length);
  }
  return counts;
}

describe('encoded weights', () => {
  it('serve every way in which activations are quantized', async () => {
    const options: readonly Partial<QuantizeOptions>[] = [
      {},
      { holdOut: 'all' },
      { holdOut: 'down_proj', activations: 'per_tensor' },
      { attentionOperands: 'none' },
      { attentionOperands: 'qkv+probabilities' },
    ];
    const chains = options.map((each) => [quantize({ ...naive, ...each })]);
    expect(await encodingsAfter(chains, 'activations')).toEqual([1, 1, 1, 1, 1]);
  });

  it('are others for other weights', async () => {
    const options: readonly Partial<QuantizeOptions>[] = [
      {},
      { weights: 'per_channel' },
      { weightScheme: 'asymmetric' },
      { outputProjection: false },
      { execution: 'simulated' },
    ];
    const chains = options.map((each) => [quantize({ ...naive, ...each })]);
    const pruned = pruneSuperWeight({ weights: [{ layer: 0, row: 1, column: 2 }] });
    expect(await encodingsAfter([...chains, [pruned, quantize(naive)]], 'weights')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are others for every smoothing, and for nothing else beside it', async () => {
    const chains = [
      [quantize(naive)],
      [smoothed(0.5, 4)],
      [smoothed(0.5, 4, { holdOut: 'all' })],
      [smoothed(0.6, 4)],
      [smoothed(0.5, 5)],
    ];
    expect(await encodingsAfter(chains, 'smoothing')).toEqual([1, 2, 2, 3, 4]);
  });
});
