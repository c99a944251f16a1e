/**
 * W8A8 with 16 bits instead of 8, whatever the other options: the model comes back to that in float32. What remains are
 * half steps of 16 bits, 2^-17 of a range, through two layers; 8 bits leave 256 times as much.
 */
import { join } from 'node:path';
import { type Decoder, layCheckpoint, openDecoder } from '@linchpin/models';
import { quantize, type QuantizeOptions } from '@linchpin/plugin-quantize';
import { createExecutor, plainSession } from '@linchpin/runtime';
import { largestDifference, runSequence, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';

const ids = [1, 17, 40, 3, 3, 59, 22];
const down = 'model.layers.1.mlp.down_proj';
const folder = temporaryFolder();
let decoder: Decoder;
let float: Float32Array;

beforeAll(async () => {
  const shape = { layers: 2, hidden: 32, heads: 4, keyValueHeads: 2, intermediate: 48, vocabulary: 64 };
  const facts = { contextLength: 16, dtype: 'F32', tied: false, seed: 5, spread: 0.5 } as const;
  await writeRandomLlama(join(folder, 'model'), { ...shape, ...facts });
  decoder = await openDecoder(join(folder, 'model'));
  float = await scores();
});

/** ln p of every token after the last one: float32 [vocabulary]. */
async function scores(options?: QuantizeOptions): Promise<Float32Array> {
  const interventions = options === undefined ? [] : [quantize(options)];
  const executor = await createExecutor(
    await layCheckpoint(decoder, { interventions, encodedFolder: join(folder, 'encoded') }),
    plainSession({ threads: 1 }),
  );
  try {
    return (await runSequence(executor, ids)).lastLogProbabilities;
  } finally {
    await executor.release();
  }
}

/** Factors of a smoothing, from maxima that are as good as any. */
const smoothing = {
  alpha: 0.85,
  inputMaxima: async (modules: readonly string[]) =>
    new Map(modules.map((module) => [module, Float32Array.from({ length: 32 }, (_, channel) => 1 + (channel % 5))])),
};

const scheme = fc.constantFrom('symmetric' as const, 'asymmetric' as const);
const choices = fc.record({
  weights: fc.constantFrom('none' as const, 'per_tensor' as const, 'per_channel' as const),
  activations: fc.constantFrom('per_tensor' as const, 'per_token' as const),
  scheme,
  weightScheme: scheme,
  printed: fc.boolean(),
  outputProjection: fc.boolean(),
  attentionOperands: fc.constantFrom('none' as const, 'qkv' as const, 'qkv+probabilities' as const),
  holdOut: fc.constantFrom('none' as const, 'all' as const, 'down_proj' as const),
  heldOut: fc.constantFrom(undefined, [{ module: down, token: 0, channel: 7 }]),
  smoothing: fc.constantFrom(undefined, smoothing),
});

it('comes back to the float model with every option', async () => {
  await fc.assert(
    fc.asyncProperty(choices, async ({ printed, heldOut, ...drawn }) => {
      const weightScheme = drawn.weights === 'none' ? undefined : drawn.weightScheme;
      const options = { ...drawn, weightScheme };
      const hasLevels = [options.scheme, weightScheme].includes('asymmetric');
      const levels = hasLevels && !printed ? 65535 : 32767;
      const places = options.holdOut === 'none' ? undefined : heldOut;
      const found = await scores({ ...options, heldOut: places, levels });
      // 0.0064 was measured.
      expect(largestDifference(found, float)).toBeLessThan(0.01);
    }),
    { numRuns: 12, seed: 4 },
  );
});

it('does not with 8 bits', async () => {
  const paper = { weights: 'per_tensor', activations: 'per_token', scheme: 'symmetric', levels: 127 } as const;
  const others = { outputProjection: true, attentionOperands: 'qkv', holdOut: 'none', execution: 'simulated' } as const;
  expect(largestDifference(await scores({ ...paper, ...others }), float)).toBeGreaterThan(0.02);
});
