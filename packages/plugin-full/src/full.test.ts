import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensors } from '@linchpin/safetensors';
import { temporaryFolder, testIntervention, toyModel } from '@linchpin/testing';
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

describe('the method', () => {
  const model = {
    layers: 1,
    matrices: [],
    tensors: new Map([
      ['embed', [4, 2]],
      ['layers.0.q_proj.weight', [2, 2]],
    ]),
    values: async () => new Float32Array(4),
    random: () => () => 0,
    gradients: async () => ({ sums: new Map() }),
  };

  it('trains every tensor, or those with parts of their names', async () => {
    expect((await fullMethod.plan({}, model)).trained).toEqual(['embed', 'layers.0.q_proj.weight']);
    expect((await fullMethod.plan({ tensors: ['q_proj'] }, model)).trained).toEqual(['layers.0.q_proj.weight']);
  });

  it('refuses parts that no name has', () => {
    expect(() => fullMethod.plan({ tensors: ['q-proj'] }, model)).toThrow(
      expect.objectContaining({ code: 'plugin-full/nothing-matches' }),
    );
  });
});
