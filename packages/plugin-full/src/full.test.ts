import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensors } from '@linchpin/safetensors';
import {
  expectProblem,
  temporaryFolder,
  testIntervention,
  testTrainingMethod,
  toyModel,
  toyTrainableModel,
} from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { full, fullMethod, plugin } from './plugin.ts';
import { writeTensors } from './tensor-file.ts';

const root = temporaryFolder();
const name = 'layers.1.down.weight';
const shape = [6, 8];
const trained = Float32Array.from({ length: 48 }, (_, index) => index / 7);

beforeAll(async () => {
  await writeTensors(new Map([[name, shape]]), { values: () => trained, origin: { seed: 1 } }, root);
});

testIntervention({
  plugin,
  active: { path: root },
  allOptions: { path: root },
  usesSuperWeights: false,
  superWeights: [],
  changes: [name],
});

describe('full', () => {
  it('puts what was trained in the place of what was there', async () => {
    const toy = toyModel();
    await full(root).edit(toy.model);
    expect(toy.weights().get(name)).toEqual(trained);
  });

  it('names the contents of the file, not only the folder', async () => {
    const other = join(root, 'other');
    mkdirSync(other);
    await writeTensors(
      new Map([[name, shape]]),
      { values: () => trained.map((value) => value + 1), origin: null },
      other,
    );
    const hashes = [root, other].map((folder) => (full(folder).settings as { sha256: string }).sha256);
    expect(new Set(hashes).size).toBe(2);
  });

  it('says which folder has nothing', () => {
    expect(() => full(join(root, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'plugin-full/no-trained-tensors' }),
    );
  });

  it('refuses tensors of another shape than the model has', async () => {
    const folder = join(root, 'other-shape');
    mkdirSync(folder);
    const bytes = new Uint8Array(16);
    await writeSafetensors(join(folder, 'full_model.safetensors'), [{ name, dtype: 'F32', shape: [2, 2], bytes }]);
    await expect(full(folder).edit(toyModel().model)).rejects.toMatchObject({ code: 'plugin-full/tensor-differs' });
  });
});

testTrainingMethod({
  plugin,
  method: 'full',
  options: [{}, { tensors: ['layers.0', 'down'] }],
  allOptions: [{ tensors: ['up'] }],
  refused: [{ tensors: ['nothing'] }, { tensors: [] }, { tensors: 'up' }],
});

describe('the method', () => {
  it('trains every tensor, or those with parts of their names', async () => {
    const model = toyTrainableModel();
    expect((await fullMethod.plan({}, model)).trained).toEqual([...model.tensors.keys()]);
    expect((await fullMethod.plan({ tensors: ['1.down'] }, model)).trained).toEqual([name]);
  });

  it('refuses parts that no name has', () => {
    expectProblem('plugin-full/nothing-matches', () => fullMethod.plan({ tensors: ['q_proj'] }, toyTrainableModel()));
  });
});
