/**
 * Quantized probabilities of attention, and held-out scalars at given places, against the same arithmetic written in
 * PyTorch 2.13 (float32, `torch.round`, `torch.median`): a whole model of one layer, inputs of all products quantized,
 * its weights not. Of all numbers that are rounded, none lies nearer than 8e-4 to the middle between two codes, so that
 * float32 sums in another order give the same codes; 1e-5 is what they may differ in after that.
 */
import { layCheckpoint, openDecoder } from '@linchpin/models';
import { quantize, type QuantizeOptions } from '@linchpin/plugin-quantize';
import { createExecutor, plainSession } from '@linchpin/runtime';
import { largestDifference, runSequence, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';

const tolerance = 1e-5;
const ids = [1, 7, 12, 3, 9];
const mlp = 'model.layers.0.mlp';
const places = [
  { module: `${mlp}.down_proj`, token: 4, channel: 3 },
  { module: `${mlp}.down_proj`, token: 2, channel: 7 },
  { module: `${mlp}.up_proj`, token: 4, channel: 1 },
  { module: 'model.layers.0.self_attn.v_proj', token: 2, channel: 5 },
];

interface Reference extends Pick<QuantizeOptions, 'activations' | 'scheme' | 'levels'> {
  /** ln p of every id after the last token, with `qkv+probabilities`. */
  readonly probabilities: readonly number[];
  /** The same with the operands of attention left alone and the scalars at `places` held out. */
  readonly heldOut: readonly number[];
}

const references: readonly Reference[] = [
  {
    activations: 'per_token',
    scheme: 'symmetric',
    levels: 127,
    probabilities: [
      -1.556717, -1.845583, -3.807593, -1.470607, -3.403587, -5.15502, -4.75316, -4.103098, -3.829305, -4.554415,
      -2.178378, -4.534656, -4.9679, -3.594199, -2.8883, -2.676987,
    ],
    heldOut: [
      -1.527288, -1.831045, -3.853384, -1.477031, -3.421685, -5.175351, -4.791529, -4.104545, -3.849017, -4.580564,
      -2.20266, -4.512915, -4.976009, -3.609517, -2.909149, -2.681136,
    ],
  },
  {
    activations: 'per_tensor',
    scheme: 'symmetric',
    levels: 127,
    probabilities: [
      -1.501243, -1.789094, -3.884722, -1.493923, -3.421694, -5.20629, -4.80515, -4.120435, -3.854223, -4.60793,
      -2.226724, -4.505098, -5.017622, -3.650824, -2.948425, -2.698307,
    ],
    heldOut: [
      -1.518853, -1.819448, -3.854239, -1.489332, -3.40554, -5.19114, -4.775803, -4.109714, -3.83331, -4.57121,
      -2.205252, -4.51183, -4.991066, -3.630994, -2.927076, -2.67969,
    ],
  },
  {
    activations: 'per_token',
    scheme: 'asymmetric',
    levels: 127,
    probabilities: [
      -1.50504, -1.806902, -3.924091, -1.486841, -3.446111, -5.222336, -4.814111, -4.098918, -3.853389, -4.603232,
      -2.217844, -4.477396, -4.98256, -3.646874, -2.937063, -2.67901,
    ],
    heldOut: [
      -1.513318, -1.820974, -3.91964, -1.480288, -3.420553, -5.214969, -4.812016, -4.103508, -3.855697, -4.592517,
      -2.200668, -4.496849, -4.997444, -3.629918, -2.935961, -2.684639,
    ],
  },
  {
    activations: 'per_tensor',
    scheme: 'asymmetric',
    levels: 255,
    probabilities: [
      -1.516638, -1.82673, -3.878996, -1.484774, -3.415654, -5.199435, -4.788974, -4.104642, -3.83988, -4.575087,
      -2.204461, -4.501653, -4.980655, -3.626859, -2.924642, -2.675961,
    ],
    heldOut: [
      -1.537355, -1.832774, -3.821878, -1.471657, -3.423177, -5.149908, -4.787718, -4.106991, -3.854235, -4.582894,
      -2.199384, -4.527931, -4.976504, -3.593773, -2.896864, -2.691559,
    ],
  },
];

const folder = temporaryFolder();

beforeAll(async () => {
  const shape = { layers: 1, hidden: 8, heads: 2, keyValueHeads: 1, intermediate: 12, vocabulary: 16 };
  await writeRandomLlama(folder, { ...shape, contextLength: 8, dtype: 'F32', tied: false, seed: 23, spread: 0.8 });
});

const plain = { weights: 'none', outputProjection: true, attentionOperands: 'none', holdOut: 'none' } as const;

async function scores(options: QuantizeOptions): Promise<Float32Array> {
  const decoder = await layCheckpoint(await openDecoder(folder), { interventions: [quantize(options)] });
  const executor = await createExecutor(decoder, plainSession({ threads: 1 }));
  try {
    return (await runSequence(executor, ids)).lastLogProbabilities;
  } finally {
    await executor.release();
  }
}

describe.each(references)('$activations $scheme $levels', ({ probabilities, heldOut, ...quantizer }) => {
  it('quantizes queries, keys, values and probabilities as the reference does', async () => {
    const all = await scores({ ...plain, ...quantizer, attentionOperands: 'qkv+probabilities' });
    expect(largestDifference(all, probabilities)).toBeLessThan(tolerance);
    const some = await scores({ ...plain, ...quantizer, attentionOperands: 'qkv' });
    expect(largestDifference(some, probabilities)).toBeGreaterThan(50 * tolerance);
  });

  it('holds given places out as the reference does', async () => {
    const out = await scores({ ...plain, ...quantizer, holdOut: 'all', heldOut: places });
    expect(largestDifference(out, heldOut)).toBeLessThan(tolerance);
    expect(largestDifference(await scores({ ...plain, ...quantizer }), heldOut)).toBeGreaterThan(50 * tolerance);
  });
});
