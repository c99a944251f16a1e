import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LinearRole, TrainableMatrix, TrainableModel } from '@linchpin/plugin-api';
import { readHeader } from '@linchpin/safetensors';
import { temporaryFolder, testTrainingMethod } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { doraMethod, loraMethod } from './methods.ts';
import { plugin } from './plugin.ts';

for (const method of ['lora', 'dora'])
  testTrainingMethod({
    plugin,
    method,
    options: [
      { r: 2, targetModules: ['up'] },
      { r: 3, targetModules: ['up', 'down'], useRslora: true },
    ],
    allOptions: [{ r: 2, alpha: 4, targetModules: ['up'], useRslora: true, dropout: 0 }],
    refused: [{ r: 0 }, { dropout: 0.1 }, { targetModules: ['q_proj'] }],
  });

const llama: readonly (readonly [string, LinearRole])[] = [
  ['self_attn.q_proj', 'query'],
  ['self_attn.k_proj', 'key'],
  ['self_attn.v_proj', 'value'],
  ['self_attn.o_proj', 'attention-output'],
  ['mlp.gate_proj', 'mlp-input'],
  ['mlp.up_proj', 'mlp-input'],
  ['mlp.down_proj', 'mlp-output'],
];
const gpt2: readonly (readonly [string, LinearRole])[] = [
  ['attn.c_attn', 'query-key-value'],
  ['attn.c_proj', 'attention-output'],
  ['mlp.c_fc', 'mlp-input'],
  ['mlp.c_proj', 'mlp-output'],
];

/** Matrices [3, 4] of two layers. */
function modelOf(prefix: string, modules: readonly (readonly [string, LinearRole])[]): TrainableModel {
  const matrices = [0, 1].flatMap((layer) =>
    modules.map(([name, role]): TrainableMatrix => {
      const module = `${prefix}.${layer}.${name}`;
      const stored = modules === gpt2 ? { storedTransposed: true as const } : {};
      return { name: `${module}.weight`, module, layer, role, shape: [3, 4], ...stored };
    }),
  );
  return {
    layers: 2,
    matrices,
    tensors: new Map(matrices.map(({ name, shape }) => [name, shape])),
    values: async () => Float32Array.of(3, 4, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1),
    random(purpose) {
      let draws = purpose.length;
      return () => (++draws * 0.618034) % 1;
    },
    gradients: async () => Promise.reject(new Error('nobody needs them')),
    inputMagnitudes: async () => Promise.reject(new Error('nobody needs them')),
  };
}

describe('what is trained', () => {
  it('is beside q, k, v, up and down of every layer', async () => {
    const plan = await loraMethod.plan({}, modelOf('model.layers', llama));
    expect(plan.settings).toMatchObject({
      r: 32,
      alpha: 64,
      targetModules: ['q_proj', 'k_proj', 'v_proj', 'up_proj', 'down_proj'],
    });
    expect(plan.adapters!.map(({ module }) => module)).toHaveLength(10);
    expect(plan.trained).toEqual([]);
  });

  it('is what does their work in another family, named so that PEFT finds the same', async () => {
    const plan = await loraMethod.plan({}, modelOf('transformer.h', gpt2));
    expect(plan.settings).toMatchObject({ targetModules: ['c_attn', 'c_fc', 'mlp.c_proj'] });
    expect(plan.adapters!.some(({ module }) => module.endsWith('attn.c_proj'))).toBe(false);
  });

  it('is named by ends of names, whole between dots', async () => {
    const plan = await doraMethod.plan({ targetModules: ['0.mlp.up_proj', 'o_proj'] }, modelOf('model.layers', llama));
    expect(plan.adapters!.map(({ module }) => module)).toEqual([
      'model.layers.0.self_attn.o_proj',
      'model.layers.0.mlp.up_proj',
      'model.layers.1.self_attn.o_proj',
    ]);
  });

  it('must be there', async () => {
    const asked = loraMethod.plan({ targetModules: ['q_proj', 'proj'] }, modelOf('model.layers', llama));
    await expect(asked).rejects.toMatchObject({ code: 'plugin-lora/target-unknown' });
    await expect(asked).rejects.toThrow(/"proj", which/);
  });
});

describe('the beginning', () => {
  it('is refused above both sides of a matrix', () => {
    const refused = async (): Promise<unknown> => await loraMethod.plan({ r: 100 }, modelOf('model.layers', llama));
    return expect(refused()).rejects.toMatchObject({ code: 'plugin-lora/rank-too-large' });
  });

  it('is even over ±1/√in for A, and zero for B', async () => {
    const { adapters } = await loraMethod.plan({ r: 4 }, modelOf('model.layers', llama));
    const [a, b] = adapters![0]!.tensors;
    expect([a!.shape, b!.shape]).toEqual([
      [4, 4],
      [3, 4],
    ]);
    const narrow = adapters!.flatMap(({ tensors }) => tensors.filter(({ shape }) => shape[0] === 4 && shape[1] === 4));
    const drawn = narrow.flatMap(({ initial }) => [...initial]);
    const [least, most] = [Math.min(...drawn), Math.max(...drawn)];
    expect(least).toBeGreaterThanOrEqual(-0.5);
    expect(least).toBeLessThan(-0.45);
    expect(most).toBeLessThanOrEqual(0.5);
    expect(most).toBeGreaterThan(0.45);
    expect(b!.initial.every((value) => value === 0)).toBe(true);
  });

  it('is the norm of each row for magnitudes', async () => {
    const { adapters, remarks } = await doraMethod.plan({}, modelOf('model.layers', llama));
    expect(remarks).toEqual([expect.stringMatching(/^rows of zeros .*: 10;/)]);
    expect(adapters![0]!.tensors[2]).toMatchObject({ shape: [3], initial: Float32Array.of(5, 0, 2) });
  });
});

it.each([loraMethod, doraMethod])('$name describes its options, and refuses dropout by name', async (method) => {
  const all = { r: 4, alpha: 8, targetModules: ['q_proj'], useRslora: true, dropout: 0 };
  expect(Object.keys(method.options).toSorted()).toEqual(Object.keys(all).toSorted());
  expect((await method.schema['~standard'].validate(all)).issues).toBeUndefined();
  const refused = await method.schema['~standard'].validate({ dropout: 0.05 });
  expect(refused.issues?.map(({ path, message }) => [path, message])).toEqual([
    [['dropout'], expect.stringMatching(/no dropout/)],
  ]);
});

it('saves what PEFT loads', async () => {
  const out = temporaryFolder();
  const plan = await doraMethod.plan({ r: 2, useRslora: true }, modelOf('transformer.h', gpt2));
  const tensors = new Map(plan.adapters!.flatMap((each) => each.tensors.map(({ name, initial }) => [name, initial])));
  await plan.save({ values: (name) => tensors.get(name)!, origin: { seed: 3 }, model: 'openai-community/gpt2' }, out);
  expect(JSON.parse(await readFile(join(out, 'adapter_config.json'), 'utf8'))).toMatchObject({
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: 'openai-community/gpt2',
    r: 2,
    lora_alpha: 4,
    target_modules: ['c_attn', 'c_fc', 'mlp.c_proj'],
    use_dora: true,
    use_rslora: true,
    fan_in_fan_out: true,
  });
  const { tensors: stored, metadata } = await readHeader(join(out, 'adapter_model.safetensors'));
  expect(metadata.get('format')).toBe('pt');
  expect(stored.size).toBe(18);
  expect(stored.get('base_model.model.transformer.h.1.mlp.c_proj.lora_B.weight')!.shape).toEqual([3, 2]);
  expect(stored.get('base_model.model.transformer.h.0.attn.c_attn.lora_magnitude_vector')!.shape).toEqual([3]);
});
