/** Laws of sparse matrix tuning, on random models and on a tiny one of every family. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEditedWeights } from '@linchpin/models';
import { amplify } from '@linchpin/plugin-amplify';
import type { Intervention, Json, TrainingPlan } from '@linchpin/plugin-api';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import { quantizeWeights } from '@linchpin/plugin-quantize-weights';
import { smt, smtMethod } from '@linchpin/plugin-smt';
import { readHeader } from '@linchpin/safetensors';
import { largestDifference, runSequence, temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import type { TrainingExample, TrainingSettings } from '@linchpin/training';
import { type TunedModel, withTrainable } from '@linchpin/tuning';
import { beforeAll, describe, expect, it } from 'vitest';
import { openExecutor } from '../open-executor.ts';
import { tinyFamilies } from '../tiny-families.ts';
import { lossOf, openTuned, settingsOf, type Trained, trainPlan } from './tune.ts';

const root = temporaryFolder();
const llama = join(root, 'llama');

const examples: readonly TrainingExample[] = [
  { ids: Int32Array.of(1, 5, 9, 13, 20, 7, 3, 11), from: 1 },
  { ids: Int32Array.of(1, 8, 2, 30), from: 2 },
  { ids: Int32Array.of(1, 17, 4, 4, 25, 6), from: 1 },
];

async function planOf(
  tuned: TunedModel,
  options: Json,
  { settings = settingsOf(), over = examples }: { settings?: TrainingSettings; over?: readonly TrainingExample[] } = {},
): Promise<TrainingPlan> {
  const checked = await smtMethod.schema['~standard'].validate(options);
  if (checked.issues !== undefined) throw new Error(checked.issues[0]?.message);
  return await withTrainable(tuned, { examples: over, settings }, async (model) =>
    smtMethod.plan(checked.value, model),
  );
}

async function save(plan: TrainingPlan, values: Trained['values'], name: string): Promise<Intervention> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await plan.save({ values, origin: { test: name } }, folder);
  return smt(folder);
}

async function valuesUnder(
  folder: string,
  interventions: readonly Intervention[],
): Promise<{ changed: ReadonlySet<string>; values: Map<string, Float32Array> }> {
  const { checkpoint } = await openTuned(folder);
  const weights = await openEditedWeights(checkpoint, { interventions });
  const values = new Map<string, Float32Array>();
  for (const name of weights.shapes.keys()) values.set(name, await weights.values(name));
  await weights.release();
  return { changed: weights.changed, values };
}

beforeAll(async () => {
  await writeRandomLlama(llama, {
    layers: 2,
    hidden: 16,
    heads: 4,
    keyValueHeads: 2,
    intermediate: 24,
    vocabulary: 32,
    contextLength: 16,
    dtype: 'F16',
    tied: false,
    seed: 3,
    spread: 0.4,
  });
});

describe('sparse matrix tuning', () => {
  it('changes the chosen blocks alone, and every entry of them', async () => {
    const tuned = await openTuned(llama);
    const plan = await planOf(tuned, { block: 4, attentionBlocks: 3, mlpBlocks: 2, warmUpSteps: 2 });
    const result = await trainPlan(tuned, plan, { examples, settings: settingsOf({ learningRate: 1e-2 }) });
    const before = await valuesUnder(llama, []);
    const after = await valuesUnder(llama, [await save(plan, result.values, 'blocks')]);
    const places = plan.chosen!.parts;
    expect(places).toHaveLength(5);
    expect([...after.changed].toSorted()).toEqual([...new Set(places.map(({ name }) => name))].toSorted());
    for (const [name, values] of after.values) {
      const columns = tuned.checkpoint.tensors.get(name)!.shape[1]!;
      const chosen = places.filter((part) => part.name === name);
      values.forEach((value, index) => {
        const [row, column] = [Math.floor(index / columns), index % columns];
        const isInside = chosen.some(
          ({ place }) =>
            row >= place.row &&
            row < place.row + place.rows &&
            column >= place.column &&
            column < place.column + place.columns,
        );
        expect(value !== before.values.get(name)![index]).toBe(isInside);
      });
    }
  });

  it('of all blocks of a matrix is the tuning of that matrix', async () => {
    const tuned = await openTuned(llama);
    const [name, settings] = ['model.layers.1.self_attn.k_proj.weight', settingsOf()];
    const blocks = [0, 4].flatMap((row) => [0, 4, 8, 12].map((column) => ({ row, column, rows: 4, columns: 4 })));
    const sparse = await trainPlan(tuned, { trained: [{ name, blocks }] }, { examples, settings });
    const whole = await trainPlan(tuned, { trained: [name] }, { examples, settings });
    // The sums of gradients have another order.
    expect(largestDifference(sparse.values(name), whole.values(name))).toBeLessThan(1e-6);
  });

  it('leaves the model as it is where nothing was trained', async () => {
    const tuned = await openTuned(llama);
    const plan = await planOf(tuned, { block: 8, attentionBlocks: 4, warmUpSteps: 1 });
    const before = await valuesUnder(llama, []);
    const intervention = await save(plan, (name) => before.values.get(name)!, 'untrained');
    expect((await valuesUnder(llama, [intervention])).changed).toEqual(new Set());
    expect(await lossOf(await openTuned(llama, [intervention]), examples)).toBe(await lossOf(tuned, examples));
  });

  it('is a small file where the weights are frozen, and holds every tensor where the warm-up moves them', async () => {
    const tuned = await openTuned(llama);
    const options = { block: 4, attentionBlocks: 3, warmUpSteps: 2 };
    const stored = async (more: Record<string, Json>, name: string): Promise<string[]> => {
      const plan = await planOf(tuned, { ...options, ...more });
      const result = await trainPlan(tuned, plan, { examples, settings: settingsOf() });
      const intervention = await save(plan, result.values, name);
      // The session of the training and that of the result sum in other orders.
      const read = await lossOf(await openTuned(llama, [intervention]), examples);
      expect(Math.abs(read - result.losses.at(-1)!)).toBeLessThan(1e-6);
      return [...(await readHeader(join(root, name, 'smt_model.safetensors'))).tensors.keys()];
    };
    expect(await stored({}, 'frozen')).toEqual(['blocks']);
    const all = await stored({ warmUp: 'moving', warmUpLearningRate: 1e-3 }, 'moving');
    const { checkpoint } = tuned;
    const read = checkpoint.family.tensors(checkpoint.config).map(({ name }) => name);
    expect(all.toSorted()).toEqual(['blocks', ...read].toSorted());
  });

  it('records what it was trained from', async () => {
    const tuned = await openTuned(llama);
    const plan = await planOf(tuned, { block: 4, attentionBlocks: 1, warmUpSteps: 1 });
    const before = await valuesUnder(llama, []);
    await save(plan, (name) => before.values.get(name)!, 'recorded');
    const record = JSON.parse(await readFile(join(root, 'recorded', 'smt_config.json'), 'utf8')) as object;
    expect(record).toMatchObject({ block: 4, origin: { test: 'recorded' }, settings: { blocks: { attention: 1 } } });
  });

  it('comes before and behind other interventions', async () => {
    const superWeight = { layer: 1, row: 3, column: 5 };
    const prune = pruneSuperWeight({ weights: [superWeight] });
    // What is trained is the model that they leave.
    const tuned = await openTuned(llama, [prune]);
    const plan = await planOf(tuned, { block: 8, mlpBlocks: 36, warmUpSteps: 1 });
    const result = await trainPlan(tuned, plan, { examples, settings: settingsOf({ learningRate: 1e-3 }) });
    const intervention = await save(plan, result.values, 'repaired');
    const down = 'model.layers.1.mlp.down_proj.weight';
    const under = async (chain: readonly Intervention[]): Promise<Float32Array> =>
      (await valuesUnder(llama, chain)).values.get(down)!;
    const repaired = await under([prune, intervention]);
    expect(repaired).toEqual(result.values(down));
    const ids = [...examples[0]!.ids];
    const run = async (chain: readonly Intervention[]): Promise<Float32Array> => {
      const executor = await openExecutor(llama, { interventions: chain });
      const { lastLogProbabilities } = await runSequence(executor, ids);
      await executor.release();
      return lastLogProbabilities;
    };
    const original = (await valuesUnder(llama, [])).values.get(down)![superWeight.row * 24 + superWeight.column]!;
    const trained = repaired[superWeight.row * 24 + superWeight.column]!;
    const amplified = await run([intervention, amplify({ weights: [superWeight], factor: original / trained })]);
    const restored: Intervention = {
      name: 'restored',
      version: 1,
      settings: {},
      edit: (model) => model.weight(down).set(superWeight.row, superWeight.column, original),
    };
    expect(largestDifference(amplified, await run([intervention, restored]))).toBeLessThan(1e-5);
    expect(largestDifference(amplified, await run([intervention]))).toBeGreaterThan(1e-4);
    const quantized = await under([prune, intervention, quantizeWeights({ bits: 4, block: 'channel' })]);
    expect(new Set(quantized.subarray(0, 24)).size).toBeLessThanOrEqual(16);
    expect(quantized).not.toEqual(await under([prune, quantizeWeights({ bits: 4, block: 'channel' })]));
  });
});

describe('by activations', () => {
  it('sums the magnitudes of every token once, and of no padding', async () => {
    const tuned = await openTuned(llama);
    const names = ['model.layers.0.self_attn.q_proj.weight', 'model.layers.1.mlp.down_proj.weight'];
    const summed = async (over: readonly TrainingExample[], batchSize: number): Promise<Map<string, Float32Array>> =>
      await withTrainable(
        tuned,
        { examples: over, settings: settingsOf({ batchSize }) },
        async (model) => new Map(await model.inputMagnitudes(names, 1)),
      );
    const together = await summed(examples, 3);
    for (const name of names) {
      const alone = await Promise.all(examples.map(async (example) => (await summed([example], 1)).get(name)!));
      const sum = alone[0]!.map((_, channel) => alone.reduce((total, each) => total + each[channel]!, 0));
      expect(together.get(name)).toHaveLength(tuned.checkpoint.tensors.get(name)!.shape[1]!);
      expect(largestDifference(together.get(name)!, sum) / Math.max(...sum)).toBeLessThan(1e-6);
    }
  });

  it('of the first layer are those of the normed embedding', async () => {
    const tuned = await openTuned(llama);
    const { values } = await valuesUnder(llama, []);
    const name = 'model.layers.0.self_attn.v_proj.weight';
    const [embedding, norm] = ['model.embed_tokens.weight', 'model.layers.0.input_layernorm.weight'].map((each) =>
      values.get(each)!,
    );
    const expected = new Float64Array(16);
    // The last token of an example is a target alone.
    for (const id of examples.flatMap(({ ids }) => [...ids.subarray(0, -1)])) {
      const row = embedding!.subarray(id * 16, id * 16 + 16);
      const root2 = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / 16 + 1e-5);
      row.forEach((x, channel) => (expected[channel]! += Math.abs((x / root2) * norm![channel]!)));
    }
    const got = await withTrainable(tuned, { examples, settings: settingsOf() }, async (model) =>
      model.inputMagnitudes([name], 1),
    );
    expect(largestDifference(got.get(name)!, expected)).toBeLessThan(1e-5);
  });

  it('trains the channels of the largest', async () => {
    const tuned = await openTuned(llama);
    const plan = await planOf(tuned, { block: 8, mlpBlocks: 2, selection: 'activation', warmUpSteps: 1 });
    const result = await trainPlan(tuned, plan, { examples, settings: settingsOf({ learningRate: 1e-2 }) });
    const numbers = plan.chosen!.parts.reduce((sum, { place }) => sum + place.rows * place.columns, 0);
    expect(numbers).toBeLessThanOrEqual(128);
    expect(numbers).toBeGreaterThan(128 - 24);
    const intervention = await save(plan, result.values, 'channels');
    const read = await lossOf(await openTuned(llama, [intervention]), examples);
    expect(Math.abs(read - result.losses.at(-1)!)).toBeLessThan(1e-6);
    expect(result.losses.at(-1)).toBeLessThan(result.losses[0]!);
  });
});

it.each(tinyFamilies())('tunes $name, fused and stored matrices included', async ({ name, ids, write }) => {
  const folder = join(root, name);
  await write(folder);
  const over = ids.map((row): TrainingExample => ({ ids: Int32Array.from(row), from: 1 }));
  const tuned = await openTuned(folder);
  const options = { block: 2, attentionBlocks: 6, mlpBlocks: 6, warmUpSteps: 1 };
  const plan = await planOf(tuned, options, { over });
  const settings = settingsOf({ learningRate: 1e-4, steps: 1 });
  const result = await trainPlan(tuned, plan, { examples: over, settings });
  const intervention = await save(plan, result.values, `${name}-tuned`);
  const read = await lossOf(await openTuned(folder, [intervention]), over);
  // What the intervention lays is what was trained; sessions sum in other orders.
  expect(Math.abs(read - result.losses.at(-1)!)).toBeLessThan(2e-6);
  expect(read).toBeLessThan(result.losses[0]!);
});
