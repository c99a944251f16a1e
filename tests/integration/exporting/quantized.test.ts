/** What is exported with fewer bits gives what the same arithmetic gives here. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxDTypes, writeOnnxModel } from '@linchpin/exporting';
import { layExported, openDecoder } from '@linchpin/models';
import { Graph } from '@linchpin/onnx';
import type { Intervention } from '@linchpin/plugin-api';
import { amplify } from '@linchpin/plugin-amplify';
import { type BlockFormat, decodeBlocks, encodeBlocks, quantizeBlocks } from '@linchpin/plugin-quantize-blocks';
import { presets, quantize } from '@linchpin/plugin-quantize';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { PythonRandom } from '@linchpin/random';
import { largestDifference, runSequence, temporaryFolder, toyModel, writeRandomLlama } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';
import { runGraph } from '../run-graph.ts';
import { ExportedModel } from './run-exported.ts';

const root = temporaryFolder();
const folder = join(root, 'llama');
const superWeight = { layer: 1, row: 3, column: 70 };
const ids = [1, 90, 17, 44, 3, 8, 120, 61, 2];

/** Of ln p: float32 in another order of summation, as for text that is written token by token. */
const tolerance = 2e-5;

/** A weight that is far larger than the others of its block. */
const planted: Intervention = {
  name: 'planted',
  version: 1,
  settings: null,
  edit: (model) => model.weight(model.mlpOutput(superWeight)).set(superWeight.row, superWeight.column, 9),
};

/** Treats every token by itself. */
const clipped: Intervention = {
  name: 'clipped',
  version: 1,
  settings: null,
  edit: (model) =>
    model.activation('model.layers.0.mlp.down_proj.output').rewrite(({ graph, value }) => ({
      value: graph.apply('Clip', [value, graph.float(-0.1), graph.float(0.1)]),
    })),
};

beforeAll(async () => {
  const shape = { layers: 2, hidden: 64, heads: 4, keyValueHeads: 2, intermediate: 88, vocabulary: 200 };
  await writeRandomLlama(folder, { ...shape, contextLength: 64, tied: false, seed: 4, spread: 0.2, dtype: 'BF16' });
});

/** ln p of every id after the last token. */
async function exported(name: keyof typeof places, interventions: readonly Intervention[]): Promise<Float32Array> {
  const out = await mkdtemp(join(root, name));
  const dtype = onnxDTypes.find((each) => each.name === name)!;
  const laid = await layExported(await openDecoder(folder), { interventions, encodedFolder: join(root, 'encoded') });
  await writeOnnxModel(laid, { folder: out, dtype, signal: AbortSignal.timeout(60_000) });
  await laid.release();
  const model = await ExportedModel.open(join(out, places[name]));
  const after = await model.feed({ rows: [ids], mask: [ids.map(() => 1)] });
  await model.release();
  return after.at(-1)!;
}

const places = { fp16: 'model_fp16.onnx', q8: 'model_quantized.onnx', q4: 'model_q4.onnx' } as const;

async function scored(interventions: readonly Intervention[]): Promise<Float32Array> {
  const executor = await openExecutor(folder, { interventions });
  const { lastLogProbabilities } = await runSequence(executor, ids);
  await executor.release();
  return lastLogProbabilities;
}

const blocks = quantizeBlocks({ bits: 4, block: 16 });

describe('an exported model', () => {
  it.each([
    ['q8', 8, []],
    ['q8', 8, [superWeight]],
    ['q4', 4, []],
    ['q4', 4, [superWeight]],
  ] as const)('in %s (%i bits) is the model under quantize-blocks, with %j held out', async (name, bits, holdOut) => {
    const chain = [planted, quantizeBlocks({ bits, block: 16, holdOut })];
    const ours = await scored(chain);
    // Embedding and head are bfloat16 in the checkpoint, which float16 holds but for its smallest numbers.
    expect(largestDifference(await exported(name, chain), ours)).toBeLessThan(tolerance);
    // What rounding moves: 0.04 nats in 8 bits and 0.47 in 4, of which half is asked for.
    expect(largestDifference(ours, await scored([planted]))).toBeGreaterThan({ q8: 0.02, q4: 0.2 }[name]);
  });

  it('in fp16 is the model in bfloat16 that it was made of', async () => {
    expect(largestDifference(await exported('fp16', [planted]), await scored([planted]))).toBeLessThan(tolerance);
  });

  it('has run-time numbers in its weights', async () => {
    const amplified = amplify({ factor: 3, weights: [superWeight] });
    const ours = await scored([amplified]);
    expect(largestDifference(await exported('fp16', [amplified]), ours)).toBeLessThan(tolerance);
    expect(largestDifference(ours, await scored([]))).toBeGreaterThan(tolerance);
    // Products in blocks take no number of a run; an export makes it part of the weights.
    const scaled: Intervention = {
      ...planted,
      name: 'scaled',
      edit: (model) => model.weight(model.mlpOutput(superWeight)).scale(superWeight.row, superWeight.column, 3),
    };
    const inBlocks = await exported('q4', [amplified, blocks]);
    expect(largestDifference(inBlocks, await scored([scaled, blocks]))).toBeLessThan(tolerance);
  });

  it('has edits of activations that treat every token by itself', async () => {
    const ours = await scored([clipped]);
    expect(largestDifference(await exported('fp16', [clipped]), ours)).toBeLessThan(tolerance);
    expect(largestDifference(ours, await scored([]))).toBeGreaterThan(1);
  });

  const restored = restoreSuperActivation({ weights: [superWeight] });
  const { smoothing: _, ...naive } = presets['paper-naive'];
  const perTensor = quantize({ ...naive, activations: 'per_tensor', execution: 'simulated' });
  it.each([
    [[planted, restored], 'restore-super-activation'],
    [[planted, clipped, restored, blocks], 'restore-super-activation'],
    [[clipped, perTensor], 'quantize'],
  ])('has none that looks at the whole sequence, and names that one alone', async (chain, name) => {
    await expect(exported('fp16', chain)).rejects.toMatchObject({
      code: 'models/needs-whole-sequence',
      problem: { subject: `intervention ${name}` },
    });
  });
});

describe.each([4, 8] as const)('a product in blocks of %i bits', (bits) => {
  it.each([
    [16, 8],
    [16, 40],
    [64, 40],
  ])(
    'with blocks of %i over %i inputs multiplies by what the codes stand for, and by held-out scalars',
    async (block, inner) => {
      const random = new PythonRandom(inner);
      const [tokens, out] = [3, 6];
      const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => 2 * random.random() - 1);
      const [x, matrix] = [draw(tokens * inner), draw(out * inner)];
      const heldOut = [
        { row: 1, column: 2 },
        { row: 4, column: 2 },
        { row: 4, column: 7 },
      ];
      for (const { row, column } of heldOut) matrix[row * inner + column] = 50 * random.random();
      const shape: [number, number] = [out, inner];
      const execution = executionOf({ bits, block }, shape, heldOut);
      const result = await runGraph([1, tokens], ({ graph }) => ({
        product: execution.lay({
          graph,
          x: graph.tensor('x', 'float32', [tokens, inner], x),
          encoded: encodedIn(graph, execution.encode(matrix, shape)),
          rowShape: graph.integers([1, tokens]),
          name: 'product',
          shared: (_, lay) => lay(),
        }),
      }));
      const rest = matrix.slice();
      for (const { row, column } of heldOut) rest[row * inner + column] = 0;
      const values = decodeBlocks(encodeBlocks({ values: rest, shape, name: 'w' }, { bits, block }), shape, {
        bits,
        block,
      });
      for (const { row, column } of heldOut) values[row * inner + column] = matrix[row * inner + column]!;
      const expected = Float32Array.from({ length: tokens * out }, (_, at) => {
        const [token, row] = [Math.floor(at / out), at % out];
        return Array.from({ length: inner }, (__, k) => x[token * inner + k]! * values[row * inner + k]!).reduce(
          (a, b) => a + b,
        );
      });
      // Steps of float32 at the size of the sums, 50.
      expect(largestDifference(result.get('product')!, expected)).toBeLessThan(2e-5);
    },
  );
});

/** The execution that the plugin chooses; the toy's modules stand for any. */
function executionOf(
  { bits, block }: BlockFormat,
  shape: [number, number],
  heldOut: readonly { readonly row: number; readonly column: number }[],
) {
  const toy = toyModel();
  const executions: Parameters<ReturnType<typeof toy.model.linear>['execute']>[0][] = [];
  const model = {
    ...toy.model,
    layerMatrices: ['layers.0.down.weight'],
    weight: (name: string) => ({ ...toy.model.weight(name), check: () => {} }),
    linear: (module: string) => ({
      ...toy.model.linear(module),
      shape,
      execute: (execution: (typeof executions)[number]) => void executions.push(execution),
    }),
  };
  void quantizeBlocks({ bits, block, holdOut: heldOut.map((at) => ({ layer: 0, ...at })) }).edit(model);
  return executions[0]!;
}

function encodedIn(graph: Graph, tensors: ReturnType<ReturnType<typeof executionOf>['encode']>) {
  return new Map(
    tensors.map(({ name, type, shape, data }) => [name, graph.tensor(`encoded:${name}`, type, shape, data)]),
  );
}
