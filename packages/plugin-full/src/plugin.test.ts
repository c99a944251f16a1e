import type { TrainingPlan } from '@linchpin/plugin-api';
import {
  expectProblem,
  temporaryFolder,
  testIntervention,
  testTrainingMethod,
  toyTrainableModel,
} from '@linchpin/testing';
import { beforeAll, it, expect } from 'vitest';
import { full, fullMethod, plugin } from './plugin.ts';

const [trained, untrained] = [temporaryFolder(), temporaryFolder()];
const name = 'layers.1.down.weight';

async function planned(): Promise<TrainingPlan> {
  return await fullMethod.plan({ tensors: ['1.down'] }, toyTrainableModel());
}

beforeAll(async () => {
  const values = await toyTrainableModel().values(name);
  const plan = await planned();
  await plan.save({ values: () => values, origin: null }, untrained);
  await plan.save({ values: () => values.map((value) => 2 * value), origin: null }, trained);
});

testIntervention({
  plugin,
  neutral: () => full(untrained),
  active: { path: trained },
  superWeights: [],
  allOptions: { path: trained },
  usesSuperWeights: false,
  changes: [name],
});

testTrainingMethod({
  plugin,
  method: 'full',
  options: [{}, { tensors: ['layers.0', 'down'] }],
  allOptions: [{ tensors: ['up'] }],
  refused: [{ tensors: ['nothing'] }, { tensors: [] }, { tensors: 'up' }],
});

it('says which names there are', async () => {
  expect((await planned()).trained).toEqual([name]);
  expectProblem('plugin-full/nothing-matches', () => fullMethod.plan({ tensors: ['q_proj'] }, toyTrainableModel()));
});
