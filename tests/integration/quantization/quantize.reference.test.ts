/**
 * W8A8 inside graphs against PyTorch: codes, scales and minima of real inputs bit by bit, products to 1e-5 of the
 * largest, in both executions. End to end a code that falls the other way decorrelates what follows: the goldens' README
 * allows 1.5e-2 in the mean (the reference itself differs by 6e-3 between float32 and float64).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layCheckpoint, openDecoder } from '@linchpin/models';
import type { Value } from '@linchpin/onnx';
import type { ExecutionContext, ProductExecution } from '@linchpin/plugin-api';
import {
  type Execution,
  holdOutLargest,
  type InputQuantizer,
  integerProduct,
  layQuantizeDequantize,
  type Levels,
  quantize,
  type QuantizeOptions,
  quantizeTensor,
  type Scheme,
  simulatedProduct,
  type WeightQuantizer,
} from '@linchpin/plugin-quantize';
import { areIntegersExact, createExecutor } from '@linchpin/runtime';
import { readHeader, readTensor, type StoredTensor } from '@linchpin/safetensors';
import { describeShared, largestDifference, readSharedJson, runSequence, sharedPath } from '@linchpin/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GraphPiece, runGraph } from '../run-graph.ts';
import { dequantized } from './dequantized.ts';

/** Where the processor adds products of 8-bit integers up wrongly, sessions over them are refused. */
const isExact = await areIntegersExact();
const unless = isExact ? '' : ' (skipped: products of 8-bit integers are not exact on this processor)';

interface GoldenSettings {
  readonly weight: 'per_tensor' | 'per_channel' | null;
  readonly activation: 'per_tensor' | 'per_token' | null;
  readonly scheme: Scheme;
  readonly weight_scheme: Scheme;
  readonly levels: Levels;
  readonly o_proj: boolean;
  readonly bmm: boolean;
  readonly hold_out: 'all' | 'down_proj' | null;
  readonly smooth_alpha?: number;
}

interface Golden {
  readonly units: Readonly<Record<string, { readonly shape: readonly [number, number] }>>;
  readonly results: Readonly<Record<string, { readonly settings: GoldenSettings; readonly mean_nll: number }>>;
}

interface Calibration {
  readonly input_absmax: Readonly<Record<string, readonly number[]>>;
}

interface Inputs {
  readonly windows: readonly (readonly number[])[];
}

const granularities = ['per_tensor', 'per_token'] as const;
const schemes: readonly (readonly [scheme: Scheme, levels: Levels])[] = [
  ['symmetric', 127],
  ['asymmetric', 127],
  ['asymmetric', 255],
];
const inputQuantizers: readonly InputQuantizer[] = granularities.flatMap((granularity) =>
  schemes.flatMap(([scheme, levels]) => [
    { granularity, scheme, levels },
    { granularity, scheme, levels, heldOut: 'largest' as const },
  ]),
);

const weightQuantizers: readonly WeightQuantizer[] = (['per_tensor', 'per_channel'] as const).flatMap((granularity) =>
  schemes.map(([scheme, levels]) => ({ granularity, scheme, levels })),
);

for (const name of ['stories260K', 'tinystories-656k']) {
  const folder = `golden/quantize/${name}`;
  const checkpoint = `models/${name}`;
  const inputFolder = `golden/interventions/${name}`;

  describeShared(`W8A8 of ${name}`, [folder, checkpoint, inputFolder], () => {
    const golden = readSharedJson(`${folder}/w8a8.json`) as Golden;
    const modules = Object.keys(golden.units);
    let tensors: ReadonlyMap<string, StoredTensor>;
    let units: ReadonlyMap<string, StoredTensor>;

    beforeAll(async () => {
      ({ tensors } = await openDecoder(sharedPath(checkpoint)));
      ({ tensors: units } = await readHeader(sharedPath(`${folder}/activation_units.safetensors`)));
    });

    const inputOf = async (module: string) => await readTensor(units.get(`${module}.x`)!);
    const matrixOf = async (module: string): Promise<Matrix> => {
      const stored = tensors.get(`${module}.weight`)!;
      return { values: await readTensor(stored), shape: stored.shape as [number, number] };
    };

    it.each(modules)('inputs of %s, as they are rounded inside a graph', async (module) => {
      const { shape } = golden.units[module]!;
      const x = await inputOf(module);
      const out = await runGraph([1, shape[0]], ({ graph, rowShape }) => {
        const value = graph.tensor('x', 'float32', shape, x);
        const values = inputQuantizers.map((quantizer, at): [string, Value] => [
          `${at}`,
          layQuantizeDequantize(graph, value, rowShape, quantizer),
        ]);
        return Object.fromEntries(values);
      });
      for (const [at, quantizer] of inputQuantizers.entries())
        expect(largestDifference(out.get(`${at}`)!, quantized(x, quantizer, shape[1]).values)).toBe(0);
    });

    it.skipIf(!isExact).each(modules)(
      `codes of the input of %s, by a product with the unit matrix${unless}`,
      async (module) => {
        const { shape } = golden.units[module]!;
        const x = await inputOf(module);
        const weights: WeightQuantizer = { granularity: 'per_tensor', scheme: 'symmetric', levels: 127 };
        const executions = inputQuantizers.map((input) => integerProduct({ module, weights, input, source: null }));
        const unit = Float32Array.from({ length: shape[1] ** 2 }, (_, at) => (at % (shape[1] + 1) === 0 ? 1 : 0));
        const products = await runProducts(executions, x, { values: unit, shape: [shape[1], shape[1]] });
        for (const [at, quantizer] of inputQuantizers.entries()) {
          const expected = quantized(x, quantizer, shape[1]);
          expect(largestDifference(codesOf(products[at]!, expected), expected.codes)).toBe(0);
        }
      },
    );

    it.each(modules)('scales and minima of %s, by what PyTorch has them stand for', async (module) => {
      const { shape } = golden.units[module]!;
      const x = await inputOf(module);
      for (const quantizer of inputQuantizers.filter(({ heldOut }) => heldOut === undefined)) {
        const { granularity, scheme, levels } = quantizer;
        const label = scheme === 'symmetric' ? scheme : `${scheme}${levels}`;
        const stored = (part: string) => readTensor(units.get(`${module}.${label}.${granularity}.${part}`)!);
        const scale = await stored('scale');
        const minimum = scheme === 'symmetric' ? {} : { minimum: await stored('min') };
        const out = await runGraph([1, shape[0]], ({ graph, rowShape }) => ({
          values: layQuantizeDequantize(graph, graph.tensor('x', 'float32', shape, x), rowShape, quantizer),
        }));
        const { codes } = quantized(x, quantizer, shape[1]);
        expect(largestDifference(out.get('values')!, dequantized({ codes, scale, ...minimum }))).toBe(0);
      }
    });

    it.skipIf(!isExact).each(modules)(`the product of %s as the reference computes it${unless}`, async (module) => {
      const weights: WeightQuantizer = { granularity: 'per_tensor', scheme: 'symmetric', levels: 127 };
      const input: InputQuantizer = { granularity: 'per_token', scheme: 'symmetric', levels: 127 };
      const expected = await readTensor(units.get(`${module}.product`)!);
      const parts = { module, weights, input, source: null };
      const executions = [simulatedProduct(parts), integerProduct(parts)];
      for (const product of await runProducts(executions, await inputOf(module), await matrixOf(module)))
        expect(relativeDifference(product, expected)).toBeLessThan(1e-5);
    });

    it.skipIf(!isExact).each(modules)(`both executions of %s${unless}`, async (module) => {
      const x = await inputOf(module);
      const settings = inputQuantizers.flatMap((input) =>
        weightQuantizers.map((weights) => ({ module, weights, input, source: null })),
      );
      const matrix = await matrixOf(module);
      const simulated = await runProducts(settings.map(simulatedProduct), x, matrix);
      const integer = await runProducts(settings.map(integerProduct), x, matrix);
      const unequal = settings.filter((_, at) => relativeDifference(integer[at]!, simulated[at]!) >= 1e-5);
      expect(unequal).toEqual([]);
    });

    describe.each(isExact ? (['simulated', 'integer'] as const) : (['simulated'] as const))(
      '%s, end to end',
      (execution) => {
        const calibration = readSharedJson(`${folder}/calibration.json`) as Calibration;
        let encodedFolder: string;
        beforeAll(async () => {
          encodedFolder = await mkdtemp(join(tmpdir(), 'linchpin-quantize-'));
        });
        afterAll(() => rm(encodedFolder, { recursive: true }));

        const labels = Object.keys(golden.results).filter((label) => {
          const { weight, activation } = golden.results[label]!.settings;
          return execution === 'simulated' || (weight !== null && activation !== null);
        });
        it.each(labels)('%s', async (label) => {
          const { settings, mean_nll: expected } = golden.results[label]!;
          const interventions = [quantize(optionsOf(settings, execution, calibration))];
          const decoder = await openDecoder(sharedPath(checkpoint));
          const executor = await createExecutor(await layCheckpoint(decoder, { interventions, encodedFolder }));
          const { windows } = readSharedJson(`${inputFolder}/inputs.json`) as Inputs;
          let sum = 0;
          for (const ids of windows) {
            const { nextLogProbabilities } = await runSequence(executor, ids);
            sum -= nextLogProbabilities.reduce((total, value) => total + value, 0) / nextLogProbabilities.length;
          }
          await executor.release();
          const isQuantized = settings.activation !== null;
          expect(Math.abs(sum / windows.length - expected)).toBeLessThan(isQuantized ? 1.5e-2 : 1e-5);
        });
      },
    );
  });
}

function optionsOf(settings: GoldenSettings, execution: Execution, calibration: Calibration): QuantizeOptions {
  const { smooth_alpha: alpha } = settings;
  const inputMaxima = async () =>
    new Map(Object.entries(calibration.input_absmax).map(([module, values]) => [module, Float32Array.from(values)]));
  return {
    weights: settings.weight ?? 'none',
    activations: settings.activation ?? 'none',
    scheme: settings.scheme,
    weightScheme: settings.weight === null ? undefined : settings.weight_scheme,
    levels: settings.levels,
    outputProjection: settings.o_proj,
    attentionOperands: settings.bmm ? 'qkv' : 'none',
    holdOut: settings.hold_out ?? 'none',
    smoothing: alpha === undefined ? undefined : { alpha, inputMaxima },
    execution,
  };
}

/** What the reference makes of an input, as the arithmetic's own test shows; and where a scalar is held out. */
function quantized(x: Float32Array, quantizer: InputQuantizer, width: number) {
  const groupSize = quantizer.granularity === 'per_tensor' ? x.length : width;
  const taken = quantizer.heldOut === undefined ? undefined : holdOutLargest(x);
  const tensor = quantizeTensor(taken?.rest ?? x, quantizer, { groupSize, subject: 'x' });
  const values = dequantized(tensor);
  if (taken !== undefined) values[taken.index] = taken.value;
  return { ...tensor, values, heldOut: taken?.index };
}

/** The codes of which a product with the unit matrix is made, up to its rounding; a held-out scalar shows none. */
function codesOf(product: Float32Array, { codes, scale, minimum, heldOut }: ReturnType<typeof quantized>) {
  const runLength = product.length / scale.length;
  return product.map((value, at) => {
    if (at === heldOut) return codes[at]!;
    const run = Math.floor(at / runLength);
    const code = (value - (minimum?.[run] ?? 0)) / scale[run]!;
    expect(Math.abs(code - Math.round(code))).toBeLessThan(1e-3);
    return Math.round(code);
  });
}

/** float32 [out, in]. */
interface Matrix {
  readonly values: Float32Array;
  readonly shape: readonly [number, number];
}

/** x · Wᵀ as each execution lays it. */
async function runProducts(
  executions: readonly ProductExecution[],
  x: Float32Array,
  { values, shape }: Matrix,
): Promise<Float32Array[]> {
  const tokens = x.length / shape[1];
  const out = await runGraph([1, tokens], (piece) => {
    const value = piece.graph.tensor('x', 'float32', [tokens, shape[1]], x);
    const products = executions.map((execution, at): [string, Value] => {
      const encoded = execution
        .encode(values, shape)
        .map((tensor): [string, Value] => [
          tensor.name,
          piece.graph.tensor(`${at}:${tensor.name}`, tensor.type, tensor.shape, tensor.data),
        ]);
      return [`${at}`, execution.lay({ ...contextOf(piece, value), encoded: new Map(encoded) })];
    });
    return Object.fromEntries(products);
  });
  return executions.map((_, at) => out.get(`${at}`)!);
}

function contextOf({ graph, rowShape }: GraphPiece, x: Value): ExecutionContext {
  return { graph, x, rowShape, encoded: new Map(), name: 'product', shared: (_, lay) => lay() };
}

/** Of the largest value. */
function relativeDifference(values: Float32Array, expected: Float32Array): number {
  return largestDifference(values, expected) / expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
