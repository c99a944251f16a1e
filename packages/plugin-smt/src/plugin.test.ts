import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, TrainingPlan } from '@linchpin/plugin-api';
import {
  expectProblem,
  temporaryFolder,
  testIntervention,
  testTrainingMethod,
  toyModel,
  toyTrainableModel,
} from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { plugin, smtMethod } from './plugin.ts';
import { smt } from './smt.ts';

/** The toy's gradient is largest there. */
const changed = 'layers.1.up.weight';
const [trained, untrained] = [temporaryFolder(), temporaryFolder()];

async function planned(options: Json, model = toyTrainableModel()): Promise<TrainingPlan> {
  const checked = await smtMethod.schema['~standard'].validate(options);
  if (checked.issues !== undefined) throw new Error(checked.issues[0]?.message);
  return await smtMethod.plan(checked.value, model);
}

beforeAll(async () => {
  const original = toyModel().weights();
  const plan = await planned({ block: 2, mlpBlocks: 1 });
  await plan.save({ values: (name) => original.get(name)!, origin: null }, untrained);
  await plan.save({ values: (name) => original.get(name)!.map((value) => 2 * value), origin: null }, trained);
});

testIntervention({
  plugin,
  neutral: () => smt(untrained),
  active: { path: trained },
  superWeights: [],
  allOptions: { path: trained },
  usesSuperWeights: false,
  changes: [changed],
});

testTrainingMethod({
  plugin,
  method: 'smt',
  options: [
    { block: 2, mlpBlocks: 5 },
    { block: 1, mlpBlocks: 5 },
    { block: 2, mixtureRatio: 0.1, statistic: 'mean_abs' },
    { block: 2, mlpBlocks: 2, selection: 'norm_dist' },
    { block: 2, mlpBlocks: 5, selection: 'activation' },
    { block: 2, mlpBlocks: 5, warmUp: 'moving' },
    { block: 2, mlpBlocks: 5, warmUp: 'moving', warmUpSteps: 3, warmUpLearningRate: 1e-4 },
  ],
  allOptions: [
    { block: 16, statistic: 'L2', selection: 'norm_dist', attentionRatio: 0.5, mlpBlocks: 2 },
    { attentionBlocks: 2, mlpRatio: 0.5, warmUp: 'moving', warmUpSteps: 3, warmUpLearningRate: 1e-4 },
    { mixtureRatio: 0.5 },
    { mixtureBlocks: 2 },
  ],
  refused: [
    { mlpBlocks: 1 },
    { block: 4, mlpBlocks: 1 },
    { block: 2 },
    { block: 2, attentionBlocks: 1 },
    { block: 2, mlpBlocks: 49 },
    { block: 2, mlpBlocks: 13, selection: 'norm_dist' },
    { block: 2, mlpRatio: 0.001 },
    { block: 2, mlpBlocks: 1, mlpRatio: 0.5 },
    { block: 2, mlpBlocks: 1, mixtureBlocks: 1 },
    { block: 2, mlpBlocks: 1, warmUpLearningRate: 1 },
    { block: 2, mlpBlocks: 1, warmUp: 'moving', selection: 'activation' },
    { block: 0, mlpBlocks: 1 },
    { block: 2, mlpBlocks: 1, statistic: 'abs' },
  ],
});

describe('smtMethod', () => {
  it('names the sizes that divide all matrices', async () => {
    await expect(planned({ block: 4, mlpBlocks: 1 })).rejects.toMatchObject({
      code: 'plugin-smt/block-divides-not',
      message: expect.stringContaining('divides all chosen matrices: 1, 2'),
    });
  });

  it('counts a ratio in blocks of all matrices of the model', async () => {
    // Four matrices of 12 blocks each: 0.1 of 48.
    expect((await planned({ block: 2, mlpRatio: 0.1 })).settings).toMatchObject({ blocks: { mlp: 4 } });
    expect((await planned({ block: 2, mlpRatio: 0.1, selection: 'norm_dist' })).settings).toMatchObject({
      blocks: { mlp: 1 },
    });
  });

  it('asks for gradients of the matrices alone that blocks are chosen of', async () => {
    const model = toyTrainableModel();
    await planned({ block: 2, mlpBlocks: 1, warmUpSteps: 7 }, model);
    expect(model.requests).toEqual([{ names: model.matrices.map(({ name }) => name), steps: 7 }]);
  });

  it('chooses as many channels as the blocks would have numbers', async () => {
    const { trained: parts, chosen } = await planned({ block: 2, mlpBlocks: 5, selection: 'activation' });
    // 20 numbers hold three channels of 6.
    expect(chosen!.parts).toHaveLength(3);
    expect(chosen!.parts.map(({ place }) => [place.row, place.rows, place.columns])).toEqual([
      [0, 6, 1],
      [0, 6, 1],
      [0, 6, 1],
    ]);
    expect(parts.length).toBeGreaterThan(0);
  });

  it('refuses gradients that are not finite', async () => {
    const model = toyTrainableModel();
    const broken = {
      ...model,
      gradients: async () => ({
        sums: new Map(model.matrices.map(({ name }) => [name, new Float32Array(48).fill(Number.NaN)])),
      }),
    };
    await expect(planned({ block: 2, mlpBlocks: 1 }, broken)).rejects.toMatchObject({
      code: 'plugin-smt/score-not-finite',
    });
  });
});

describe('smt', () => {
  const damaged = temporaryFolder();
  const config = join(damaged, 'smt_config.json');

  function rewritten(change: (record: Record<string, Json>) => void): void {
    for (const name of ['smt_config.json', 'smt_model.safetensors'])
      copyFileSync(join(trained, name), join(damaged, name));
    const record = JSON.parse(readFileSync(config, 'utf8')) as Record<string, Json>;
    change(record);
    writeFileSync(config, JSON.stringify(record));
  }

  it('refuses models of other shapes', async () => {
    rewritten((record) => (record['matrices'] = { [changed]: [8, 8] }));
    const { model } = toyModel();
    await expect(smt(damaged).edit(model)).rejects.toMatchObject({ code: 'plugin-smt/tensor-differs' });
  });

  it('refuses a record that does not fit its blocks, or is none', async () => {
    rewritten((record) => (record['block'] = 1));
    await expect(smt(damaged).edit(toyModel().model)).rejects.toMatchObject({ code: 'plugin-smt/nothing-tuned' });
    rewritten((record) => (record['matrices'] = { [changed]: [1, 1] }));
    expectProblem('plugin-smt/nothing-tuned', () => smt(damaged));
    writeFileSync(config, '{');
    expectProblem('plugin-smt/nothing-tuned', () => smt(damaged));
  });
});
