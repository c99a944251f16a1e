/**
 * Graphs with products in float16 beside those in float32, in every family. The CPU has no such products and is refused to users.
 * Run there, onnxruntime takes the casts around products away, so that only weights are rounded: that shows that the graphs are
 * sound, and edits carried out. What a device rounds besides, operands and results, the reference evaluator does.
 */
import { type Decoder, layTraining, openDecoder } from '@linchpin/models';
import { allKernels, type Intervention, type ProductType } from '@linchpin/plugin-api';
import { findDevice } from '@linchpin/runtime';
import { largestDifference, temporaryFolder } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluateTraining } from '../gradients/run-training.ts';
import { tinyFamilies } from '../tiny-families.ts';
import { logitsOf, scoresOf } from './run-laid.ts';

/**
 * Of ln p and logits, which are of order 1 here: nine products stand in a row, four in each of two layers and the head, and each
 * rounds its operands and its result, by at most 2⁻¹¹ of their size. Measured are 0.0006 to 0.0073 of weights alone.
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

  it('rounds operands and results of products, too', { timeout: 60_000 }, async () => {
    const lossIn = async (dtype: ProductType): Promise<number> => {
      const laid = await layTraining(decoder, {
        trained: [],
        lossOnly: true,
        dtype,
        kernels: findDevice('cuda').kernels,
      });
      const products = laid.graph.nodes.filter(({ operator }) => operator === 'Gemm');
      const operands = products.flatMap(({ inputs }) => inputs.slice(0, 2).map((name) => laid.graph.value(name).type));
      expect(new Set(operands)).toEqual(new Set([dtype]));
      return evaluateTraining(laid, { ids: [ids], labels: [ids] }, new Map()).loss;
    };
    const difference = Math.abs((await lossIn('float16')) - (await lossIn('float32')));
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(tolerance);
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
