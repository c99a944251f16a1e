/**
 * The arithmetic of W8A8 against PyTorch, bit by bit: weights by the hash of what their codes stand for, codes, scales and
 * minima of real inputs, and smoothing factors to the last bit but one, for powers are rounded differently by every library.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readHeader, readTensor, type StoredTensor } from '@linchpin/safetensors';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { beforeAll, expect, it } from 'vitest';
import { holdOutLargest } from '../src/hold-out-largest.ts';
import { multiplyColumns, raiseToColumnMaxima, smoothingFactors } from '../src/smoothing-factors.ts';
import { dequantizeTensor, type Levels, quantizeTensor, type Scheme } from '../src/tensor-quantizer.ts';
import { quantizeWeights, type WeightMatrix } from '../src/weight-quantizer.ts';

interface Golden {
  readonly units: Readonly<Record<string, Unit>>;
  readonly weights_sha256: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Unit {
  readonly shape: readonly [number, number];
  readonly largest: { readonly token: number; readonly channel: number };
  readonly median: number;
}

interface Calibration {
  readonly input_absmax: Readonly<Record<string, readonly number[]>>;
  readonly smoothing: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

const schemes: readonly (readonly [label: string, scheme: Scheme, levels: Levels])[] = [
  ['symmetric', 'symmetric', 127],
  ['asymmetric127', 'asymmetric', 127],
  ['asymmetric255', 'asymmetric', 255],
];

for (const name of ['stories260K', 'tinystories-656k']) {
  const folder = `golden/quantize/${name}`;
  const checkpoint = `models/${name}`;

  describeShared(`the arithmetic of W8A8 on ${name}`, [folder, checkpoint], () => {
    const golden = readSharedJson(`${folder}/w8a8.json`) as Golden;
    const calibration = readSharedJson(`${folder}/calibration.json`) as Calibration;
    let tensors: ReadonlyMap<string, StoredTensor>;
    let units: ReadonlyMap<string, StoredTensor>;

    beforeAll(async () => {
      ({ tensors } = await readHeader(sharedPath(`${checkpoint}/model.safetensors`)));
      ({ tensors: units } = await readHeader(sharedPath(`${folder}/activation_units.safetensors`)));
    });

    const matrixOf = async (module: string): Promise<WeightMatrix> => {
      const stored = tensors.get(`${module}.weight`)!;
      return { values: await readTensor(stored), shape: stored.shape as [number, number], name: module };
    };

    it.each(Object.keys(golden.weights_sha256))('weights %s', async (label) => {
      const { alpha, scheme, levels, granularity } = partsOf(label);
      for (const [module, hash] of Object.entries(golden.weights_sha256[label]!)) {
        const matrix = await matrixOf(module);
        if (alpha !== undefined)
          multiplyColumns(matrix.values, Float32Array.from(calibration.smoothing[alpha]![normOf(module)]!));
        const values = dequantizeTensor(quantizeWeights(matrix, { scheme, levels, granularity }));
        if (scheme === 'symmetric') signZeros(values, matrix.values);
        expect([module, createHash('sha256').update(values).digest('hex')]).toEqual([module, hash]);
      }
    });

    it.each(Object.keys(golden.units))('inputs of %s', async (module) => {
      const { shape, largest, median } = golden.units[module]!;
      const x = await readTensor(units.get(`${module}.x`)!);
      const heldOut = holdOutLargest(x);
      expect(heldOut.index).toBe(largest.token * shape[1] + largest.channel);
      expect(heldOut.median).toBe(Math.fround(median));
      for (const [label, scheme, levels] of schemes) {
        for (const granularity of ['per_tensor', 'per_token']) {
          const groupSize = granularity === 'per_tensor' ? x.length : shape[1];
          const key = `${module}.${label}.${granularity}`;
          const quantize = (values: Float32Array) =>
            quantizeTensor(values, { scheme, levels }, { groupSize, subject: key });
          await expectCodes(quantize(x), key);
          await expectCodes(quantize(heldOut.rest), `${key}.ours`);
        }
      }
    });

    it.each(['0.85', '0.5'])('smoothing factors at alpha %s', async (alpha) => {
      for (const [norm, expected] of Object.entries(calibration.smoothing[alpha]!)) {
        const modules = Object.keys(calibration.input_absmax).filter(
          (module) => !/o_proj|down_proj/.test(module) && normOf(module) === norm,
        );
        const inputMaxima = Float32Array.from(calibration.input_absmax[modules[0]!]!);
        const weightMaxima = new Float32Array(inputMaxima.length);
        for (const module of modules) raiseToColumnMaxima(weightMaxima, (await matrixOf(module)).values);
        const factors = smoothingFactors({ inputMaxima, weightMaxima, alpha: Number(alpha) });
        // Three float32 roundings, and powers that libraries give to one unit in the last place.
        factors.forEach((factor, channel) => expect(Math.abs(factor / expected[channel]! - 1)).toBeLessThan(4e-7));
      }
    });

    async function expectCodes(quantized: ReturnType<typeof quantizeTensor>, key: string): Promise<void> {
      const stored = units.get(`${key}.codes`)!;
      const bytes = (await readFile(stored.file)).subarray(stored.offset, stored.offset + stored.length);
      const minimum = units.get(`${key}.min`);
      expect({ key, ...quantized, codes: [...quantized.codes] }).toEqual({
        key,
        codes: [...(stored.dtype === 'I8' ? new Int8Array(bytes) : bytes)],
        scale: await readTensor(units.get(`${key}.scale`)!),
        ...(minimum === undefined ? {} : { minimum: await readTensor(minimum) }),
      });
    }
  });
}

function partsOf(label: string) {
  const pattern =
    /^(?:smooth(?<alpha>[\d.]+)_)?(?<scheme>[a-z]+)(?<levels>\d*)_(?<granularity>per_tensor|per_channel)$/;
  const { alpha, scheme, levels, granularity } = pattern.exec(label)!.groups!;
  return {
    alpha,
    scheme: scheme as Scheme,
    levels: Number(levels || 127) as Levels,
    granularity: granularity as 'per_tensor' | 'per_channel',
  };
}

function normOf(module: string): string {
  return module.replace(/self_attn\..*/, 'input_layernorm').replace(/mlp\..*/, 'post_attention_layernorm');
}

/** The reference multiplies codes that are floats: of those a negative value that rounds to zero keeps its sign. */
function signZeros(values: Float32Array, source: Float32Array): void {
  values.forEach((value, at) => {
    if (value === 0 && source[at]! < 0) values[at] = -0;
  });
}
