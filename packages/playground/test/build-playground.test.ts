import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedModels, type Harness, openHarness, type OpenedModel } from '@linchpin/harness';
import { temporaryFolder } from '@linchpin/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPlayground, playgroundInWords } from '../src/build-playground.ts';
import { textsOf } from '../src/model-texts.ts';
import { packedRow } from '../src/packed-tensor.ts';

const folder = temporaryFolder();
const page = join(folder, 'page');
let harness: Harness;
let mini: OpenedModel;

beforeAll(async () => {
  mkdirSync(page);
  writeFileSync(join(page, 'index.html'), 'the page');
  harness = await openHarness();
  mini = await harness.open('mini');
});

afterAll(async () => harness.close());

function bytesOf(out: string, files: readonly { readonly file: string }[]): Buffer {
  return Buffer.concat(files.map(({ file }) => readFileSync(join(out, file))));
}

it('writes the page and the model, and replaces what it has written before', async () => {
  const out = join(folder, 'stored');
  const built = await buildPlayground(mini, { out, page });
  const { manifest } = built;
  expect(playgroundInWords(built, out)).not.toMatch('No super weight');
  expect(JSON.parse(readFileSync(join(out, 'model.json'), 'utf8'))).toEqual(manifest);
  expect(manifest.model).toMatchObject({ layers: 8, parameters: 7475456, weights: 'stored' });
  const weights = bytesOf(out, manifest.weights.parts);
  expect(weights.length).toBe(manifest.weights.bytes);
  const matrix = manifest.matrices.find(({ module }) => module === 'model.layers.1.mlp.down_proj')!;
  const stored = await mini.checkpoint.format.readRows(mini.tensors.get(`${matrix.module}.weight`)!, 100, 1);
  expect(packedRow(weights, matrix, 100)).toEqual(stored);
  // The largest scalar in other rows of the super weight's matrix.
  const { row, column } = manifest.control!;
  const all = await mini.checkpoint.format.readTensor(mini.tensors.get(`${matrix.module}.weight`)!);
  all.fill(0, 100 * 704, 101 * 704);
  const largest = all.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(Math.abs(packedRow(weights, matrix, row)[column]!)).toBe(largest);
  await buildPlayground(mini, { out, page, prompts: ['Once'], text: 'upon a time' });
  expect(JSON.parse(readFileSync(join(out, 'model.json'), 'utf8'))).toMatchObject({ texts: { prompts: ['Once'] } });
});

it('packs matrices in 8 bits: half the bytes, each value within half a step of its block', async () => {
  const out = join(folder, 'int8');
  const { manifest } = await buildPlayground(mini, { out, page, weights: 'int8' });
  const weights = bytesOf(out, manifest.weights.parts);
  expect(weights.length).toBeLessThan(0.55 * 14_950_912);
  const matrix = manifest.matrices.find(({ module }) => module === 'model.layers.1.mlp.down_proj')!;
  const stored = await mini.checkpoint.format.readRows(mini.tensors.get(`${matrix.module}.weight`)!, 47, 1);
  const packed = packedRow(weights, matrix, 47);
  for (let block = 0; block < stored.length; block += 32) {
    const own = stored.subarray(block, block + 32);
    // The scale is a float16, a 2048th of itself off at most.
    const step = (Math.max(...own.map(Math.abs)) / 127) * (1 + 2 ** -11);
    own.forEach((value, at) =>
      expect(Math.abs(packed[block + at]! - value)).toBeLessThanOrEqual(step / 2 + 127 * 2 ** -11 * step),
    );
  }
});

it.each([
  ['where the page was not built', { page: folder }, 'playground/page-not-built'],
  ['where something else lies', { out: folder }, 'files/place-taken'],
  ['for a prompt of white space', { prompts: [' '] }, 'playground/unfit-text'],
  ['for an empty text', { text: '' }, 'playground/unfit-text'],
  ['for a prompt beyond the context', { prompts: ['the '.repeat(600)] }, 'playground/unfit-text'],
  ['for a text beyond the context', { text: 'the '.repeat(600) }, 'playground/unfit-text'],
])('writes nothing %s', async (_, options, code) => {
  const out = join(folder, 'refused');
  await expect(buildPlayground(mini, { out, page, ...options })).rejects.toMatchObject({ code });
  expect(existsSync(out)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

it('takes a text as long as the context, and none whose loss has no token', () => {
  const idOfCharacter = { ...mini.tokenizer, encodeWithSpecialTokens: (text: string) => Array.from(text, () => 1) };
  const model = { isEmbedded: false, tokenizer: idOfCharacter };
  const [prompts, text] = [['a'.repeat(12)], 'ab'];
  expect(textsOf(model, { prompts, text }, 12)).toEqual({ prompts, measured: text });
  const refused = (given: object): unknown => {
    try {
      return textsOf(model, { prompts, text, ...given }, 12);
    } catch (error) {
      return error;
    }
  };
  expect(refused({ text: 'a' })).toMatchObject({ code: 'playground/unfit-text', problem: { found: '1 tokens' } });
  // Where nothing is given, neither do the usual texts fit everywhere.
  expect(refused({ prompts: undefined })).toMatchObject({
    code: 'playground/unfit-text',
    problem: {
      found: '39 tokens',
      expected: expect.stringContaining('12'),
      action: expect.stringContaining('--prompt'),
    },
  });
});

it('says where no super weight of the model is known, and refuses one outside its matrix', async () => {
  const unknown = join(folder, 'unknown');
  cpSync(embeddedModels['mini']!, unknown, { recursive: true });
  rmSync(join(unknown, 'README.md'));
  const out = join(folder, 'without');
  const built = await buildPlayground(await harness.open(unknown), { out, page });
  expect([built.manifest.model.superWeights, built.manifest.control]).toEqual([[], undefined]);
  expect(playgroundInWords(built, out)).toMatch(/No super weight .* is known.*--super-weight/);
  for (const superWeights of [['8:0:0'], ['1:256:0'], ['1:0:704']])
    await expect(
      buildPlayground(await harness.open('mini', { superWeights }), { out: join(folder, 'outside'), page }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^models\/(?:layer|coordinates)-out-of-range$/) });
});
