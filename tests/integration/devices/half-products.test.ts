/**
 * Graphs with products in float16 beside those in float32, in every family. The CPU has no such products and is refused to users;
 * onnxruntime casts around its own ones, which rounds as a device would.
 */
import { type Decoder, openDecoder } from '@linchpin/models';
import { allKernels, type Intervention, type ProductType } from '@linchpin/plugin-api';
import { findDevice } from '@linchpin/runtime';
import { largestDifference, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { tinyFamilies } from '../tiny-families.ts';
import { logitsOf, scoresOf } from './run-laid.ts';

/**
 * Of ln p and logits, which are of order 1 here: nine products stand in a row, four in each of two layers and the head, and each
 * rounds its operands and its result, by at most 2⁻¹¹ of their size. Measured are 0.0006 to 0.0073.
 */
const tolerance = 27 * 2 ** -11;
/** Whatever differs by less was not rounded. */
const least = 1e-4;

describe.each(tinyFamilies())('$name', (family) => {
  const ids = family.ids[0]!;
  const folder = temporaryFolder();
  let decoder: Decoder;

  beforeAll(async () => {
    await family.write(folder);
    decoder = await openDecoder(folder);
  });

  const score = async (dtype: ProductType, interventions: readonly Intervention[], kernels = allKernels) =>
    (await scoresOf(decoder, ids, { dtype, interventions, kernels })).lastLogProbabilities;

  it.each(['cuda', 'webgpu'])('scores as in float32 but for roundings, of the operators of %s', async (device) => {
    const { kernels, products } = findDevice(device);
    expect(products).toContain('float16');
    for (const interventions of [[], [raising]]) {
      const difference = largestDifference(
        await score('float32', interventions),
        await score('float16', interventions, kernels),
      );
      expect(difference).toBeGreaterThan(least);
      expect(difference).toBeLessThan(tolerance);
    }
  });

  it('writes as in float32 but for roundings', async () => {
    const [float32, float16] = await Promise.all(
      (['float32', 'float16'] as const).map(async (dtype) => await logitsOf(decoder, ids, { dtype })),
    );
    expect(largestDifference(float32!, float16!)).toBeGreaterThan(least);
    expect(largestDifference(float32!, float16!)).toBeLessThan(tolerance);
  });
});

/** Makes an entry of the last matrix large: its row is computed beside the others. */
const raising: Intervention = {
  name: 'raising',
  version: 1,
  settings: {},
  edit: (model) => model.weight(model.layerMatrices.at(-1)!).set(1, 2, 2),
};
