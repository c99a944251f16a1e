/** Every folder of shared/golden/families/broken, wrong in one way each; its README says what each one is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { nonFiniteWeights } from '../src/errors.ts';
import { findNonFinite } from '../src/non-finite.ts';
import { openDecoder } from '../src/open-decoder.ts';

const folder = 'golden/families/broken';

interface Case {
  readonly case: string;
  readonly kind: 'ok' | 'error' | 'policy' | 'warning';
  readonly problem: string;
}

interface Refusal {
  readonly code: string;
  /** What the message says was found, and what it says is expected. */
  readonly found: string;
  readonly expected: string;
  /** File and, where one is wrong, tensor or field. */
  readonly subject?: string;
}

const queryProjection = 'model.safetensors: model.layers.0.self_attn.q_proj.weight';
const tokens = 'model.safetensors: model.embed_tokens.weight';

const refusals: Readonly<Record<string, Refusal>> = {
  'zero-byte-weights': { code: 'safetensors/file-too-small', found: '0 bytes', expected: '8 bytes' },
  'five-byte-weights': { code: 'safetensors/file-too-small', found: '5 bytes', expected: '8 bytes' },
  'header-length-beyond-file': {
    code: 'safetensors/header-beyond-file',
    found: '1000000 bytes',
    expected: 'at most 4184 bytes',
  },
  'header-length-huge': {
    code: 'safetensors/header-too-large',
    found: '9223372036854775824 bytes',
    expected: 'at most 100000000 bytes',
  },
  'header-truncated': { code: 'safetensors/header-beyond-file', found: '1144 bytes', expected: 'at most 400 bytes' },
  'data-truncated': { code: 'safetensors/data-truncated', found: '2940 bytes', expected: '3040 bytes' },
  'data-trailing': { code: 'safetensors/data-trailing', found: 'the last 64', expected: '3040 bytes' },
  'header-not-json': { code: 'safetensors/header-not-json', found: 'position 1', expected: 'a JSON object' },
  'header-not-object': { code: 'safetensors/header-not-object', found: '[1,2,3]', expected: 'a JSON object' },
  'header-invalid-utf8': { code: 'safetensors/header-not-utf8', found: 'not UTF-8', expected: 'UTF-8' },
  'header-duplicate-name': {
    code: 'safetensors/duplicate-name',
    subject: 'model.safetensors: lm_head.weight',
    found: 'twice',
    expected: 'once',
  },
  'offsets-overlap': {
    code: 'safetensors/offsets-overlap',
    subject: queryProjection,
    found: 'byte 2560',
    expected: 'byte 2624',
  },
  'offsets-out-of-range': {
    code: 'safetensors/offsets-beyond-data',
    subject: 'model.safetensors: model.norm.weight',
    found: 'byte 7136',
    expected: 'byte 3040',
  },
  'offsets-gap': {
    code: 'safetensors/offsets-gap',
    subject: queryProjection,
    found: 'byte 2640',
    expected: 'byte 2624',
  },
  'offsets-reversed': {
    code: 'safetensors/offsets-invalid',
    subject: queryProjection,
    found: '[2880,2624]',
    expected: 'begin ≤ end',
  },
  'offsets-size-mismatch': {
    code: 'safetensors/size-mismatch',
    subject: queryProjection,
    found: '252 bytes',
    expected: '256 bytes, which F32 [8, 8]',
  },
  'shape-negative': {
    code: 'safetensors/shape-invalid',
    subject: queryProjection,
    found: '[-8,-8]',
    expected: 'from 0',
  },
  'shape-fraction': {
    code: 'safetensors/shape-invalid',
    subject: queryProjection,
    found: '[16,4.5]',
    expected: 'whole numbers',
  },
  'dtype-unknown': {
    code: 'safetensors/unknown-dtype',
    subject: queryProjection,
    found: '"F24"',
    expected: 'one of BOOL, F4',
  },
  'dtype-integer': { code: 'models/tensor-dtype', subject: queryProjection, found: 'I32', expected: 'F32, F16, BF16' },
  'tensor-missing': {
    code: 'models/tensor-absent',
    subject: 'model.safetensors: model.layers.0.mlp.gate_proj.weight',
    found: 'no such tensor among 11',
    expected: '[12, 8]',
  },
  'shape-mismatch': {
    code: 'models/tensor-shape',
    subject: 'model.safetensors: model.layers.0.self_attn.k_proj.weight',
    found: '[6, 8]',
    expected: '[4, 8]',
  },
  'shape-transposed': {
    code: 'models/tensor-shape',
    subject: 'model.safetensors: model.layers.0.mlp.gate_proj.weight',
    found: '[8, 12], the transpose',
    expected: '[12, 8]',
  },
  'weights-lfs-pointer': {
    code: 'safetensors/git-lfs-pointer',
    subject: 'model.safetensors',
    found: 'git-LFS pointer',
    expected: 'the file itself',
  },
  'weights-absent': { code: 'models/weights-absent', found: 'no weights', expected: 'model.safetensors' },
  'weights-pickle-only': {
    code: 'torch-file/legacy-form',
    subject: 'pytorch_model.bin',
    found: 'a bare pickle',
    expected: 'PyTorch 1.6 or newer',
  },
  'config-absent': { code: 'models/config-absent', subject: 'config.json', found: 'ENOENT', expected: 'config.json' },
  'config-not-json': {
    code: 'models/not-json',
    subject: 'config.json',
    found: 'position 200',
    expected: 'a JSON object',
  },
  'config-field-missing': {
    code: 'models/config-field-absent',
    subject: 'config.json: num_attention_heads',
    found: 'no such field',
    expected: 'a whole number above 0',
  },
  'config-model-type-missing': {
    code: 'models/config-field-absent',
    subject: 'config.json: model_type',
    found: 'no such field',
    expected: 'llama',
  },
  'config-model-type-unknown': {
    code: 'models/unknown-model-type',
    subject: 'config.json: model_type',
    found: '"llamma"',
    expected: 'the nearest: llama',
  },
  'config-field-wrong-type': {
    code: 'models/config-field-invalid',
    subject: 'config.json: hidden_size',
    found: '"8"',
    expected: 'a whole number above 0',
  },
  'config-heads-not-dividing': {
    code: 'models/config-field-invalid',
    subject: 'config.json: num_attention_heads',
    found: '3',
    expected: 'a divisor of hidden_size, 8',
  },
  'config-kv-heads-not-dividing': {
    code: 'models/config-field-invalid',
    subject: 'config.json: num_key_value_heads',
    found: '3',
    expected: 'a divisor of num_attention_heads, 4',
  },
  'config-vocab-mismatch': { code: 'models/tensor-shape', subject: tokens, found: '[16, 8]', expected: '[20, 8]' },
  'config-rope-type-unknown': {
    code: 'models/config-field-invalid',
    subject: 'config.json: rope_scaling.rope_type',
    found: '"spiral"',
    expected: '"yarn"',
  },
  'config-rope-field-missing': {
    code: 'models/config-field-absent',
    subject: 'config.json: rope_scaling.low_freq_factor',
    found: 'no such field',
    expected: 'a number above 0',
  },
  'config-activation-unknown': {
    code: 'models/config-field-invalid',
    subject: 'config.json: hidden_act',
    found: '"swoosh"',
    expected: 'relu6, sigmoid, silu',
  },
  'config-quantized': {
    code: 'models/quantized-checkpoint',
    subject: 'config.json: quantization_config',
    found: '"gptq"',
    expected: 'plain matrices',
  },
  'index-missing-shard': {
    code: 'models/shard-absent',
    subject: 'model.safetensors.index.json',
    found: 'no file model-00002-of-00002.safetensors',
    expected: '6 tensors',
  },
  'index-tensor-in-wrong-shard': {
    code: 'models/tensor-not-in-shard',
    subject: 'model.safetensors.index.json: lm_head.weight',
    found: 'in model-00001-of-00002.safetensors',
    expected: 'in model-00002-of-00002.safetensors',
  },
  'index-tensor-nowhere': {
    code: 'models/tensor-absent',
    subject: 'model.safetensors.index.json: model.norm.weight',
    found: 'no such tensor',
    expected: '[8]',
  },
  'index-path-escape': {
    code: 'models/shard-outside-folder',
    subject: 'model.safetensors.index.json',
    found: '"../control/model.safetensors"',
    expected: 'files of the folder',
  },
  'index-not-json': {
    code: 'models/not-json',
    subject: 'model.safetensors.index.json',
    found: 'position 300',
    expected: 'a JSON object',
  },
};

/** Usable, with something to be said. */
const warned = [
  { name: 'tensor-extra', warning: 'unknown tensors are not used: model.layers.0.mlp.extra_proj.weight' },
  { name: 'tensor-of-layer-too-many', warning: 'tensors of layer 1 of a model whose config has 1 layers' },
];

/** Found by reading the weights, which opening does not do. */
const nonFinite = [
  { name: 'weights-nan', tensor: 'model.layers.0.mlp.down_proj.weight', coordinates: [3, 5], value: Number.NaN },
  { name: 'weights-infinite', tensor: 'lm_head.weight', coordinates: [7, 2], value: -Infinity },
];

describeShared('broken checkpoints', [folder], () => {
  const cases = JSON.parse(readFileSync(sharedPath(join(folder, 'cases.json')), 'utf8')) as Case[];
  const pathOf = (name: string): string => sharedPath(join(folder, name));
  // A fault of the tokenizer must not stop what needs no tokenizer.
  const sound = cases
    .map(({ case: name }) => name)
    .filter((name) => name === 'control' || name.startsWith('tokenizer-'));

  it.each(Object.entries(refusals))('%s is refused', async (name, { code, subject = '', found, expected }) => {
    await expect(openDecoder(pathOf(name))).rejects.toMatchObject({
      code,
      problem: {
        subject: expect.stringContaining(join(name, subject)),
        found: expect.stringContaining(found),
        expected: expect.stringContaining(expected),
      },
    });
  });

  it.each(warned)('$name is opened with a warning', async ({ name, warning }) => {
    const { warnings } = await openDecoder(pathOf(name));
    expect(warnings).toEqual([expect.stringContaining(warning)]);
  });

  it.each(nonFinite)(
    '$name is opened, and the weight is found when it is asked for',
    async ({ name, tensor, ...at }) => {
      const { checkpoint, tensors } = await openDecoder(pathOf(name));
      const findings = await findNonFinite(checkpoint, tensors.keys());
      expect(findings).toEqual([{ tensor: tensors.get(tensor), count: 1, ...at }]);
      expect(nonFiniteWeights(findings).problem).toMatchObject({
        subject: expect.stringContaining(tensor),
        found: expect.stringContaining(`${at.value} at [${at.coordinates.join(', ')}]`),
        expected: 'finite weights',
      });
    },
  );

  it.each(sound)('%s is opened without a word', async (name) => {
    const { checkpoint, tensors, warnings } = await openDecoder(pathOf(name));
    expect(warnings).toEqual([]);
    expect(await findNonFinite(checkpoint, tensors.keys())).toEqual([]);
  });

  it('leaves no case out, and opens none that must be refused', () => {
    const opened = [...warned, ...nonFinite].map(({ name }) => name);
    const all = [...Object.keys(refusals), ...opened, ...sound];
    expect(all.toSorted()).toEqual(cases.map(({ case: name }) => name).toSorted());
    expect(cases.filter(({ case: name, kind }) => kind === 'error' && opened.includes(name))).toEqual([]);
  });
});
