/** A checkpoint that stores its matrices [in, out] under interventions: the same as its twin that stores them [out, in]. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ColdScore, findSuperWeights } from '@linchpin/detection';
import { createContext } from '@linchpin/execution';
import { type Decoder, families, layCheckpoint, openCheckpoint, openDecoder, type PlanOptions } from '@linchpin/models';
import type { EditableModel, ExpectedTensor, Intervention } from '@linchpin/plugin-api';
import { pruneOutliers } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { presets, quantize } from '@linchpin/plugin-quantize';
import { quantizeWeights } from '@linchpin/plugin-quantize-weights';
import { restoreSuperActivation } from '@linchpin/plugin-restore-super-activation';
import { createExecutor } from '@linchpin/runtime';
import { writeSafetensors } from '@linchpin/safetensors';
import { idsAsText, idTokenizer, largestDifference, runSequence, temporaryFolder } from '@linchpin/testing';
import { beforeAll, expect, it } from 'vitest';

const fields = {
  model_type: 'gpt2',
  vocab_size: 40,
  n_embd: 32,
  n_layer: 2,
  n_head: 4,
  n_positions: 16,
  layer_norm_epsilon: 0.001,
};
const ids = [1, 17, 30, 3, 3, 39, 22];
const weights = [
  { layer: 0, row: 7, column: 100 },
  { layer: 0, row: 9, column: 5 },
];

const folder = temporaryFolder();
let transposed: Decoder;
let twin: Decoder;

beforeAll(async () => {
  const family = families.find(({ modelTypes }) => modelTypes.includes('gpt2'))!;
  const config = family.readConfig(fields, 'config.json', new Set());
  const untransposed = family.tensors(config).map(({ name, shape, transposed: isTurned }) => {
    return { name, shape: isTurned ? shape.toReversed() : shape };
  });
  await write('stored', family.tensors(config));
  await write('twin', untransposed);
  transposed = await openDecoder(join(folder, 'stored'));
  const checkpoint = await openCheckpoint(join(folder, 'twin'));
  twin = { ...transposed, family: { ...family, tensors: () => untransposed }, checkpoint, tensors: checkpoint.tensors };
});

/** Values depend on the place in the matrix that is [out, in], whichever way it is stored. */
async function write(name: string, tensors: readonly ExpectedTensor[]): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'config.json'), JSON.stringify(fields));
  await writeSafetensors(
    join(folder, name, 'model.safetensors'),
    tensors.map((tensor, index) => ({ ...tensor, dtype: 'F32', bytes: valuesOf(tensor, index) })),
  );
}

function valuesOf({ shape, transposed: isTurned }: ExpectedTensor, seed: number): Uint8Array {
  const [rows, columns = 1] = isTurned ? shape.toReversed() : shape;
  const values = new Float32Array(rows! * columns);
  for (let row = 0; row < rows!; row++) {
    for (let column = 0; column < columns; column++) {
      const noise = Math.sin(12.9898 * (row * columns + column + 1) + 78.233 * seed) * 43758.5453;
      const value = noise - Math.floor(noise) - 0.5;
      values[isTurned ? column * rows! + row : row * columns + column] = value;
    }
  }
  return new Uint8Array(values.buffer);
}

const scaled: Intervention = {
  name: 'scaled',
  version: 1,
  settings: {},
  edit(model: EditableModel) {
    const [weight] = weights;
    const parameter = model.parameter('factor', -3);
    model.weight(model.mlpOutput(weight!)).scale(weight!.row, weight!.column, parameter);
    model.weight('transformer.h.0.attn.c_attn.weight').set(70, 3, 5);
  },
};

const simulated = { ...presets['smoothquant-readme'], smoothing: undefined, execution: 'simulated' } as const;

/** Sums in another order: the Gemm of one has the transposed matrix. Where values are rounded, one may fall the other way. */
const exact = 1e-5;
const rounded = 5e-4;

const cases: { name: string; interventions: Intervention[]; tolerance: number; options?: PlanOptions }[] = [
  { name: 'no intervention', interventions: [], tolerance: exact },
  { name: 'a pruned weight', interventions: [pruneSuperWeight({ weights })], tolerance: exact },
  {
    name: 'a restored activation',
    interventions: [pruneSuperWeight({ weights }), restoreSuperActivation({ weights })],
    tolerance: exact,
  },
  { name: 'a run-time factor', interventions: [scaled], tolerance: exact },
  { name: 'pruned outliers', interventions: [pruneOutliers({ fraction: 0.3, keep: weights })], tolerance: exact },
  {
    name: 'pruned outliers in files',
    interventions: [pruneOutliers({ fraction: 0.3, keep: weights })],
    tolerance: exact,
    options: { mostCopiedBytes: 0 },
  },
  { name: 'quantized weights', interventions: [quantizeWeights({ bits: 3, block: 'channel' })], tolerance: exact },
  { name: 'quantized products', interventions: [quantize(simulated)], tolerance: rounded },
];

interface Outcome {
  readonly nextLogProbabilities: Float32Array;
  readonly changedWeights: number;
}

async function run(decoder: Decoder, options: PlanOptions): Promise<Outcome> {
  const graph = await layCheckpoint(decoder, { encodedFolder: join(folder, 'cache', 'encoded'), ...options });
  const executor = await createExecutor(graph);
  const { nextLogProbabilities } = await runSequence(executor, ids);
  await executor.release();
  return { nextLogProbabilities, changedWeights: graph.changedWeights };
}

it.each(cases)('$name', async ({ interventions, tolerance, options }) => {
  const ofTransposed = await run(transposed, { interventions, ...options });
  const ofTwin = await run(twin, { interventions, ...options });
  expect(largestDifference(ofTransposed.nextLogProbabilities, ofTwin.nextLogProbabilities)).toBeLessThan(tolerance);
  expect(ofTransposed.changedWeights).toBe(ofTwin.changedWeights);
  if (interventions.length === 0) return;
  const { nextLogProbabilities: unchanged } = await run(twin, {});
  expect(largestDifference(ofTwin.nextLogProbabilities, unchanged)).toBeGreaterThan(10 * tolerance);
});

it('scores of the search without data', async () => {
  const scores = async (decoder: Decoder): Promise<readonly ColdScore[]> => {
    const text = idsAsText(ids);
    const options = { prompt: text, text: { name: 'text', content: text }, controls: 1, cold: true };
    return (await findSuperWeights({ ...decoder, tokenizer: idTokenizer }, options, createContext())).cold!;
  };
  const found = await scores(transposed);
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(await scores(twin));
});
