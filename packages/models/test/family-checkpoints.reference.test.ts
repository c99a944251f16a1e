/** Well-formed checkpoints open, and their configs are read as their READMEs describe them. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeShared, readSharedJson, sharedPath } from '@linchpin/testing';
import { expect, it } from 'vitest';
import { families } from '../src/generated/families.ts';
import { findNonFinite } from '../src/non-finite.ts';
import { openDecoder } from '../src/open-decoder.ts';

const shared = {
  layers: 3,
  hiddenSize: 64,
  vocabularySize: 320,
  contextLength: 128,
  heads: 8,
  keyValueHeads: 2,
  headSize: 8,
  intermediateSize: 48,
  activation: 'silu',
  normEpsilon: 1e-3,
  attentionBias: false,
  mlpBias: false,
  tiedEmbeddings: true,
  embeddingWeight: 'model.embed_tokens.weight',
  headWeight: 'model.embed_tokens.weight',
  rope: { theta: 10_000, partialRotaryFactor: 1, scaling: { type: 'default' } },
};
const untied = { tiedEmbeddings: false, headWeight: 'lm_head.weight' };
const fewHeads = { heads: 4, headSize: 16 };
const llama3 = {
  theta: 10_000,
  partialRotaryFactor: 1,
  scaling: { type: 'llama3', factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 64 },
};
const yarn = {
  theta: 10_000,
  partialRotaryFactor: 1,
  scaling: { type: 'yarn', factor: 4, originalContextLength: 32, betaFast: 4, betaSlow: 1, truncate: true },
};

const llamas: Readonly<Record<string, object>> = {
  llama: { ...shared, ...untied, intermediateSize: 96 },
  'llama-bf16': { ...shared, ...untied, intermediateSize: 96 },
  'llama-bias': { ...shared, keyValueHeads: 1, attentionBias: true, mlpBias: true },
  'llama-fp16': { ...shared, ...untied, intermediateSize: 96, keyValueHeads: 8 },
  'llama-rope-linear': { ...shared, rope: { ...shared.rope, scaling: { type: 'linear', factor: 4 } } },
  'llama-rope-llama3': { ...shared, ...fewHeads, rope: llama3 },
  'llama-rope-parameters': { ...shared, ...fewHeads, rope: llama3 },
  'llama-rope-yarn': { ...shared, ...fewHeads, rope: yarn },
  'llama-sharded': { ...shared, ...untied },
  'llama-tied': { ...shared, heads: 4, headSize: 12 },
};

describeShared('llama checkpoints', ['golden/families'], () => {
  it.each(Object.entries(llamas))('%s opens, and every tensor is used or a leftover', async (name, config) => {
    const decoder = await openDecoder(sharedPath(`golden/families/${name}`));
    expect(decoder.config).toEqual(config);
    expect(decoder.warnings).toEqual([]);
    expect(
      await findNonFinite(
        decoder.checkpoint,
        decoder.family.tensors(decoder.config).map((tensor) => tensor.name),
      ),
    ).toEqual([]);
  });

  it('has other model types refused, with the known ones named', async () => {
    await expect(openDecoder(sharedPath('golden/families/broken/config-model-type-unknown'))).rejects.toMatchObject({
      code: 'models/unknown-model-type',
    });
  });
});

const root = 'golden/families';
const known = new Set(families.flatMap(({ modelTypes }) => modelTypes));
const others = (existsSync(sharedPath(root)) ? readdirSync(sharedPath(root)) : []).filter((name) => {
  if (name in llamas || !existsSync(sharedPath(join(root, name, 'expected.json')))) return false;
  return known.has((readSharedJson(join(root, name, 'config.json')) as { model_type: string }).model_type);
});

describeShared('checkpoints of other families', [root], () => {
  it.each(others)('%s opens, and every tensor is used or a leftover', async (name) => {
    expect((await openDecoder(sharedPath(join(root, name)))).warnings).toEqual([]);
  });
});

describeShared('published llama checkpoints', ['models/mini', 'models/stories260K', 'models/tinystories-656k'], () => {
  it.each([
    { name: 'mini', weight: 'model.embed_tokens.weight', keyValueHeads: 4 },
    { name: 'stories260K', weight: 'model.embed_tokens.weight', keyValueHeads: 4 },
    { name: 'tinystories-656k', weight: 'lm_head.weight', keyValueHeads: 4 },
  ])('$name is tied to the one matrix that is stored', async ({ name, weight, keyValueHeads }) => {
    const { config, warnings } = await openDecoder(sharedPath(`models/${name}`));
    expect(config).toMatchObject({ tiedEmbeddings: true, embeddingWeight: weight, headWeight: weight, keyValueHeads });
    expect(warnings).toEqual([]);
  });
});
