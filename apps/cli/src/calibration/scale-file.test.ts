import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHeader, writeSafetensors } from '@linchpin/safetensors';
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
    await saveScales(file, maxima);
    expect([...(await readHeader(file)).tensors.keys()].toSorted()).toEqual([module, 'model.layers.0.output']);
    expect(await loadScales(file, [...maxima.keys()])).toEqual(maxima);
  });

  it('tells scales from texts, and refuses pickles', () => {
    expect(isScaleFile('a.safetensors')).toBe(true);
    expect(isScaleFile('a.txt')).toBe(false);
    for (const name of ['llama-2-7b.pt', 'scales.pth', 'scales.bin'])
      expect(() => isScaleFile(name)).toThrow(expect.objectContaining({ code: 'cli/pickled-scales' }));
  });

  it.each<[string, number[], number[]?]>([
    ['a negative number', [1, -1]],
    ['a NaN', [Number.NaN]],
    ['an infinity', [Infinity]],
    ['a matrix', [1, 2], [1, 2]],
  ])('refuse %s', async (_, values, shape) => {
    await write(values, shape);
    await expect(loadScales(file, [`${module}.input`])).rejects.toMatchObject({ code: 'cli/scales-unfit' });
  });

  it('name the module that is missing', async () => {
    await write([1]);
    await expect(loadScales(file, ['model.layers.9.mlp.down_proj.input'])).rejects.toMatchObject({
      code: 'cli/scales-unfit',
      problem: { subject: expect.stringContaining('model.layers.9.mlp.down_proj') },
    });
  });
});
