import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHeader, writeSafetensors } from '@linchpin/safetensors';
import { TemporaryFiles } from '@linchpin/execution';
import { repositoryRoot } from '@linchpin/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { isScaleFile, loadScales, saveScales } from './scale-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'linchpin-scales-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'scales.safetensors');
const module = 'model.layers.0.mlp.down_proj';

async function write(values: readonly number[], shape: readonly number[] = [values.length]): Promise<void> {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  await writeSafetensors(file, [{ name: module, dtype: 'F32', shape, bytes }]);
}

describe('scale files', () => {
  it('keep maxima under the names of modules, as published files have them', async () => {
    const maxima = new Map([
      [`${module}.input`, Float32Array.of(1.5, 0, 3e38)],
      ['model.layers.0.output', Float32Array.of(7)],
    ]);
    await saveScales(file, maxima, new TemporaryFiles());
    expect([...(await readHeader(file)).tensors.keys()].toSorted()).toEqual([module, 'model.layers.0.output']);
    expect(await loadScales(file, [...maxima.keys()])).toEqual(maxima);
  });

  it('are read in the form that SmoothQuant publishes', async () => {
    const published = join(repositoryRoot, 'packages/torch-file/test/scales.pt');
    const sites = ['model.layers.0.self_attn.q_proj.input', `${module}.input`];
    expect(await loadScales(published, sites)).toEqual(
      new Map([
        [sites[0]!, Float32Array.of(0.5, 2, 0.25)],
        [sites[1]!, Float32Array.of(1.5, 0, 65504, 3)],
      ]),
    );
    await expect(loadScales(published, ['model.layers.1.mlp.down_proj.input'])).rejects.toMatchObject({
      code: 'calibration/scales-unfit',
    });
  });

  it('tells scales from texts, and refuses pickles', () => {
    expect(isScaleFile('a.safetensors')).toBe(true);
    expect(isScaleFile('llama-2-7b.pt')).toBe(true);
    expect(isScaleFile('a.txt')).toBe(false);
    for (const name of ['scales.pkl', 'scales.bin'])
      expect(() => isScaleFile(name)).toThrow(expect.objectContaining({ code: 'calibration/pickled-scales' }));
  });

  it.each<[string, number[], number[]?]>([
    ['a negative number', [1, -1]],
    ['a NaN', [Number.NaN]],
    ['an infinity', [Infinity]],
    ['a matrix', [1, 2], [1, 2]],
  ])('refuse %s', async (_, values, shape) => {
    await write(values, shape);
    await expect(loadScales(file, [`${module}.input`])).rejects.toMatchObject({ code: 'calibration/scales-unfit' });
  });

  it('name the module that is missing', async () => {
    await write([1]);
    await expect(loadScales(file, ['model.layers.9.mlp.down_proj.input'])).rejects.toMatchObject({
      code: 'calibration/scales-unfit',
      problem: { subject: expect.stringContaining('model.layers.9.mlp.down_proj') },
    });
  });
});
