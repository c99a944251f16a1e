import { mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '@linchpin/safetensors';
import { temporaryFolder, testIntervention, toyModel, toyShape } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { lora } from './lora.ts';
import { plugin } from './plugin.ts';

const [rows, columns] = toyShape;
const folder = temporaryFolder();

type Shapes = Readonly<Record<string, readonly number[]>>;

const config = { peft_type: 'LORA', r: 2, lora_alpha: 4, target_modules: ['up'], bias: 'none' };
const upShapes: Shapes = {
  'base_model.model.layers.0.up.lora_A.weight': [2, columns],
  'base_model.model.layers.0.up.lora_B.weight': [rows, 2],
  'base_model.model.layers.1.up.lora_A.weight': [2, columns],
  'base_model.model.layers.1.up.lora_B.weight': [rows, 2],
};

/** An adapter whose numbers are waves; `zero` says which tensors are zeros. */
async function writeAdapter(
  name: string,
  {
    fields = {},
    shapes = upShapes,
    zero = () => false,
  }: { fields?: object; shapes?: Shapes; zero?: (name: string) => boolean } = {},
): Promise<string> {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  await writeFile(join(path, 'adapter_config.json'), JSON.stringify({ ...config, ...fields }));
  const tensors = Object.entries(shapes).map(([key, shape]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length }, (_, i) => (zero(key) ? 0 : Math.sin(1 + i)));
    return { name: key, dtype: 'F32', shape, bytes: new Uint8Array(values.buffer) };
  });
  await writeSafetensors(join(path, 'adapter_model.safetensors'), tensors);
  return path;
}

const active = await writeAdapter('active');
const neutral = await writeAdapter('neutral', { zero: (name) => name.includes('lora_B') });

testIntervention({
  plugin,
  neutral: () => lora(neutral),
  active: { path: active },
  superWeights: [],
  allOptions: { path: active },
  usesSuperWeights: false,
  changes: ['layers.0.up.weight', 'layers.1.up.weight'],
});

async function weightsBy(path: string): Promise<ReadonlyMap<string, Float32Array>> {
  const toy = toyModel();
  await lora(path).edit(toy.model);
  return toy.weights();
}

function renamed(rename: (name: string) => string): Shapes {
  return Object.fromEntries(Object.entries(upShapes).map(([name, shape]) => [rename(name), shape]));
}

describe('names in the file of tensors', () => {
  it.each([
    ['without the prefix', (name: string) => name.replace('base_model.model.', '')],
    [
      'with what stands before the layers',
      (name: string) => name.replace('base_model.model.', 'base_model.model.model.'),
    ],
    ['with the name of the adapter', (name: string) => name.replace('.weight', '.default.weight')],
  ])('%s are understood', async (title, rename) => {
    const path = await writeAdapter(title, { shapes: renamed(rename) });
    expect(await weightsBy(path)).toEqual(await weightsBy(active));
  });

  it('of magnitudes are understood in all their forms', async () => {
    const found = [];
    for (const form of [
      'lora_magnitude_vector',
      'lora_magnitude_vector.weight',
      'lora_magnitude_vector.default.weight',
      'lora_magnitude_vector.default',
    ]) {
      const magnitudes = Object.fromEntries(
        [0, 1].map((layer) => [`base_model.model.layers.${layer}.up.${form}`, [rows]]),
      );
      found.push(
        await weightsBy(
          await writeAdapter(form, { fields: { use_dora: true }, shapes: { ...upShapes, ...magnitudes } }),
        ),
      );
    }
    for (const each of found) expect(each).toEqual(found[0]);
    expect(found[0]).not.toEqual(await weightsBy(active));
  });
});

describe('an adapter is refused', () => {
  it.each<[string, string, { fields?: object; shapes?: Shapes }]>([
    ['of an embedding', 'tensor-unsupported', { shapes: { 'base_model.model.embed.lora_embedding_A': [2, 9] } }],
    [
      'with biases',
      'tensor-unsupported',
      { shapes: { ...upShapes, 'base_model.model.layers.0.up.lora_B.bias': [rows] } },
    ],
    [
      'of two names',
      'tensor-unsupported',
      { shapes: renamed((name) => name.replace('.weight', name.includes('.0.') ? '.a.weight' : '.b.weight')) },
    ],
    ['without B', 'tensors-incomplete', { shapes: Object.fromEntries(Object.entries(upShapes).slice(0, 3)) }],
    ['cut short', 'tensors-incomplete', { shapes: Object.fromEntries(Object.entries(upShapes).slice(0, 2)) }],
    ['of what is no target', 'tensors-incomplete', { fields: { target_modules: ['down'] } }],
    ['of DoRA without magnitudes', 'tensors-incomplete', { fields: { use_dora: true } }],
    [
      'with magnitudes and no DoRA',
      'tensors-incomplete',
      { shapes: { ...upShapes, 'layers.0.up.lora_magnitude_vector': [rows] } },
    ],
    ['of another rank', 'shape-differs', { fields: { r: 3 } }],
    [
      'of another width',
      'shape-differs',
      { shapes: { ...upShapes, 'base_model.model.layers.0.up.lora_A.weight': [2, columns + 1] } },
    ],
    [
      'of a layer that is not there',
      'module-unknown',
      { shapes: renamed((name) => name.replace('layers.1', 'layers.7')) },
    ],
    [
      'of a module that is not there',
      'module-unknown',
      { fields: { target_modules: ['gate'] }, shapes: renamed((name) => name.replace('up', 'gate')) },
    ],
    ['without tensors', 'no-adapter', { shapes: {} }],
  ])('%s', async (title, code, parts) => {
    const path = await writeAdapter(title, parts);
    const toy = toyModel();
    await expect(async () => await lora(path).edit(toy.model)).rejects.toMatchObject({ code: `plugin-lora/${code}` });
    expect(toy.weights()).toEqual(toyModel().weights());
  });

  it('without its files, before the model is opened', async () => {
    const path = await writeAdapter('without-tensors-file');
    await rm(join(path, 'adapter_model.safetensors'));
    expect(() => lora(path)).toThrow(/adapter_model\.safetensors/);
  });
});

it('is another intervention when its files change', async () => {
  const path = await writeAdapter('changing');
  const before = lora(path).settings;
  await writeAdapter('changing', { fields: { lora_alpha: 5 } });
  expect(lora(path).settings).not.toEqual(before);
});
