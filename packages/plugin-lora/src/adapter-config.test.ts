import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { type AdapterConfig, isTargeted, readConfig, scaleOf } from './adapter-config.ts';

const folder = temporaryFolder();
const plain = { peft_type: 'LORA', r: 4, lora_alpha: 8, target_modules: ['q_proj'], bias: 'none' };

async function read(fields: object | string): Promise<AdapterConfig> {
  const file = join(folder, 'adapter_config.json');
  await writeFile(file, typeof fields === 'string' ? fields : JSON.stringify(fields));
  return await readConfig(file);
}

describe('readConfig', () => {
  it.each([
    ['peft_type', 'LOHA'],
    ['bias', 'lora_only'],
    ['modules_to_save', ['lm_head']],
    ['trainable_token_indices', [3]],
    ['target_parameters', ['mlp.experts.gate_up_proj']],
    ['layer_replication', [[0, 2]]],
    ['alora_invocation_tokens', [5, 6]],
    ['arrow_config', { top_k: 2 }],
    ['use_qalora', true],
    ['use_bdlora', { match_strict: true }],
    ['use_something_new', true],
    ['lora_bias', true],
    ['init_lora_weights', 'pissa_niter_4'],
    ['init_lora_weights', 'loftq'],
  ])('refuses %s: %j by name', async (field, value) => {
    const refused = read({ ...plain, [field]: value });
    await expect(refused).rejects.toMatchObject({ code: 'plugin-lora/field-unsupported' });
    await expect(refused).rejects.toThrow(`adapter_config.json, ${field}`);
  });

  it('takes what changes nothing', async () => {
    const neutral = {
      modules_to_save: null,
      target_parameters: [],
      loftq_config: {},
      lora_bias: false,
      use_qalora: false,
      use_something_new: false,
      init_lora_weights: 'gaussian',
      lora_dropout: 0.1,
      of_a_later_version: 3,
    };
    await expect(read({ ...plain, ...neutral })).resolves.toMatchObject(plain);
  });

  it.each([
    ['no JSON', '{'],
    ['a rank that is none', { ...plain, r: 0 }],
    ['no alpha', { ...plain, lora_alpha: null }],
    ['an expression that cannot be read', { ...plain, target_modules: '(?i)Q_PROJ' }],
  ])('refuses %s', async (_, fields) => {
    await expect(read(fields)).rejects.toMatchObject({ code: 'plugin-lora/bad-config' });
  });

  it('says that there is none', async () => {
    await expect(readConfig(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'plugin-lora/no-adapter' });
  });
});

const name = 'model.layers.11.self_attn.q_proj';

describe('scaleOf', () => {
  it.each([
    [{}, { rank: 4, scale: 2 }],
    [{ use_rslora: true }, { rank: 4, scale: 4 }],
    [{ rank_pattern: { q_proj: 2 } }, { rank: 2, scale: 4 }],
    [{ rank_pattern: { proj: 2, '1.self_attn.q_proj': 3 } }, { rank: 4, scale: 2 }],
    [{ alpha_pattern: { 'layers\\.\\d+.*': 1 } }, { rank: 4, scale: 0.25 }],
    [
      { alpha_pattern: { k_proj: 1, q_proj: 6, '.*': 5 }, rank_pattern: { q_proj: 2 } },
      { rank: 2, scale: 3 },
    ],
  ])('of %j', (fields, expected) => {
    expect(scaleOf({ r: 4, lora_alpha: 8, ...fields }, name)).toEqual(expected);
  });
});

describe('isTargeted', () => {
  it.each([
    [{ target_modules: ['q_proj'] }, true],
    [{ target_modules: ['proj'] }, false],
    [{ target_modules: [name] }, true],
    [{ target_modules: '.*layers.(1|11).*' }, true],
    [{ target_modules: 'layers.11.*' }, false],
    [{ target_modules: '(?P<any>.*)q_proj' }, true],
    [{ target_modules: 'all-linear' }, true],
    [{}, true],
    [{ target_modules: ['q_proj'], exclude_modules: ['self_attn.q_proj'] }, false],
    [{ target_modules: ['q_proj'], exclude_modules: '.*k_proj' }, true],
    [{ target_modules: ['q_proj'], layers_to_transform: [1] }, false],
    [{ target_modules: ['q_proj'], layers_to_transform: 11 }, true],
    [{ target_modules: ['q_proj'], layers_to_transform: [11], layers_pattern: 'layers' }, true],
    [{ target_modules: ['q_proj'], layers_to_transform: [11], layers_pattern: ['h', 'blocks'] }, false],
    [{ target_modules: ['q_proj'], layers_to_transform: [] }, true],
  ])('by %j: %s', (fields, expected) => {
    expect(isTargeted({ r: 4, lora_alpha: 8, ...fields }, name)).toBe(expected);
  });
});
