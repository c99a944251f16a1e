/** The laws that every format keeps, on a small random model. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  exportFormats,
  exportModel,
  type ExportOptions,
  type ExportRequest,
  findExportFormat,
} from '@linchpin/exporting';
import { type Harness, openHarness, type OpenedModel } from '@linchpin/harness';
import { folderTexts, readFrontMatter } from '@linchpin/models';
import { temporaryFolder, writeRandomLlama } from '@linchpin/testing';
import { modelFolder } from '@linchpin/model-mini';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = temporaryFolder();
const source = join(root, 'source');
const prune = { name: 'prune-super-weight' };
let harness: Harness;
let model: OpenedModel;

beforeAll(async () => {
  const shape = { layers: 2, hidden: 64, heads: 4, keyValueHeads: 2, intermediate: 96, vocabulary: 4096 };
  await writeRandomLlama(source, { ...shape, contextLength: 64, tied: true, seed: 3, spread: 0.2, dtype: 'BF16' });
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) cpSync(join(modelFolder, name), join(source, name));
  const card = { license: 'mit', tags: ['small'], linchpin: { super_weights: ['1:3:5'], bos: 'always' } };
  writeFileSync(join(source, 'README.md'), `---\n${JSON.stringify(card)}\n---\n# Source\n`);
  harness = await openHarness({ threads: 1, encodedFolder: join(root, 'encoded') });
  model = await harness.open(source);
}, 60_000);
afterAll(async () => void (await harness.close()));

/** Nothing half-written, whatever becomes of an export. */
function leftOver(): string[] {
  return readdirSync(root).filter((name) => name.startsWith('.'));
}

describe.each(exportFormats)('$name', (format) => {
  const out = join(root, format.name);
  const options: ExportOptions = { format, out, interventions: [prune] };

  it('writes a folder with config, tokenizer, and a card with what was done and the hash of every file', async () => {
    const exported = await exportModel(harness, model, options);
    const names = exported.files.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['config.json', 'tokenizer.json', 'tokenizer_config.json']));
    expect(leftOver()).toEqual([]);
    const card = readFileSync(join(out, 'README.md'), 'utf8');
    expect(card).toContain('`prune-super-weight` (version 1) with `{"weights":[{"layer":1,"row":3,"column":5}]');
    expect(card).toContain(await model.checkpoint.contentHash());
    for (const { name, bytes, sha256 } of exported.files) {
      const content = readFileSync(join(out, name));
      expect([content.length, createHash('sha256').update(content).digest('hex')]).toEqual([bytes, sha256]);
      if (name !== 'README.md') expect(card).toContain(`| ${name} | ${bytes} | \`${sha256}\` |`);
    }
    // What the model says of itself is true of this one, too, and its own card stays.
    expect(await readFrontMatter(folderTexts(out))).toMatchObject({
      license: 'mit',
      tags: expect.arrayContaining(['small', 'linchpin']),
      linchpin: { super_weights: ['1:3:5'], bos: 'always' },
    });
    expect(readFileSync(join(out, 'README.original.md'), 'utf8')).toContain('# Source');
  });

  it('gives the same bytes again', async () => {
    const again = await exportModel(harness, model, { ...options, out: join(root, `${format.name}-again`) });
    const facts = again.files.map(({ name, sha256 }) => [name, sha256]);
    expect(facts).toEqual(
      again.files.map(({ name }) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(out, name)))
          .digest('hex'),
      ]),
    );
  });

  it('leaves alone what is there, and replaces a model when it is told to', async () => {
    writeFileSync(join(out, 'mine.txt'), 'mine');
    await expect(exportModel(harness, model, options)).rejects.toMatchObject({ code: 'files/place-taken' });
    expect(existsSync(join(out, 'mine.txt'))).toBe(true);
    await exportModel(harness, model, { ...options, force: true });
    expect(existsSync(join(out, 'mine.txt'))).toBe(false);
    expect(existsSync(join(out, 'config.json'))).toBe(true);
    expect(leftOver()).toEqual([]);
  });

  it('replaces nothing that is no model, and never what it is made of', async () => {
    const other = join(root, `${format.name}-other`);
    mkdirSync(other);
    writeFileSync(join(other, 'letter.txt'), 'dear');
    await expect(exportModel(harness, model, { ...options, out: other, force: true })).rejects.toMatchObject({
      code: 'files/place-taken',
    });
    await expect(exportModel(harness, model, { ...options, out: source, force: true })).rejects.toMatchObject({
      code: 'exporting/target-holds-source',
    });
    await expect(exportModel(harness, model, { ...options, out: join(other, 'letter.txt') })).rejects.toMatchObject({
      code: 'files/place-taken',
    });
    expect(leftOver()).toEqual([]);
  });

  it('leaves nothing of an export that is ended', async () => {
    await using ended = await openHarness({ signal: AbortSignal.abort(new Error('enough')) });
    await expect(
      exportModel(ended, model, { ...options, interventions: [], out: join(root, 'ended') }),
    ).rejects.toThrow('enough');
    expect(existsSync(join(root, 'ended'))).toBe(false);
    expect(leftOver()).toEqual([]);
  });

  it('refuses dtypes that it does not have', async () => {
    await expect(
      exportModel(harness, model, { ...options, out: join(root, 'unknown'), dtypes: ['fp64'] }),
    ).rejects.toMatchObject({ code: 'exporting/unknown-dtype' });
  });

  it('refuses by name what it cannot hold', async () => {
    const whole = { name: 'quantize', settings: { preset: 'paper-ours' } };
    await expect(
      exportModel(harness, model, { ...options, out: join(root, 'refused'), interventions: [prune, whole] }),
    ).rejects.toMatchObject({ problem: { subject: expect.stringContaining('quantize') } });
    expect(existsSync(join(root, 'refused'))).toBe(false);
    expect(leftOver()).toEqual([]);
  });
});

it.each([
  ['safetensors', '--block', { block: 64 }],
  ['safetensors', '--hold-out', { holdOut: true }],
  ['safetensors', '--context', { context: 8 }],
  ['safetensors', '--dtype', { dtypes: ['float32', 'stored'] }],
  ['onnx', '--block', { block: 64 }],
  ['onnx', '--no-hold-out', { dtypes: ['fp16'], holdOut: false }],
] as const)('refuses for %s what it would ignore: %s', async (name, flag, settings) => {
  await expect(
    exportModel(harness, model, { format: name, out: join(root, 'idle'), ...settings }),
  ).rejects.toMatchObject({
    code: 'exporting/without-effect',
    problem: { subject: expect.stringContaining(flag) },
  });
});

it('loads the dtype that is named first where nobody asks for another', async () => {
  const out = join(root, 'first-named');
  const { use } = await exportModel(harness, model, { format: 'onnx', out, dtypes: ['q4', 'fp32', 'q4'] });
  const config = (name: string): unknown => JSON.parse(readFileSync(join(out, name), 'utf8'));
  expect(config('config.json')).toMatchObject({ 'transformers.js_config': { dtype: 'q4' } });
  expect(config('genai_config.json')).toMatchObject({ model: { decoder: { filename: 'onnx/model_q4.onnx' } } });
  expect(use).toContain("dtype: 'q4'");
  expect(readdirSync(join(out, 'onnx')).toSorted()).toEqual([
    'model.onnx',
    'model.onnx_data',
    'model_q4.onnx',
    'model_q4.onnx_data',
  ]);
});

it('refuses blocks of another size before anything is written, in whatever order of dtypes', async () => {
  const format = findExportFormat('onnx');
  let writes = 0;
  const counted = { ...format, write: async (request: ExportRequest) => (writes++, await format.write(request)) };
  for (const dtypes of [['fp32', 'q8'], ['q4']])
    await expect(
      exportModel(harness, model, { format: counted, out: join(root, 'blocks'), dtypes, block: 17 }),
    ).rejects.toMatchObject({ code: 'quantize-blocks/invalid-block' });
  expect(writes).toBe(0);
});

it('says of weights that an intervention quantizes that they are no floats', async () => {
  const options = { format: 'onnx', dtypes: ['fp32', 'fp16'] };
  const { notes } = await exportModel(harness, model, {
    ...options,
    out: join(root, 'of-integers'),
    interventions: [{ name: 'quantize', settings: { execution: 'simulated' } }],
  });
  const inWords = 'but for weights that an intervention quantizes: int8; ';
  expect(notes.slice(0, 2)).toEqual([
    expect.stringContaining(`weights in float32, ${inWords}`),
    expect.stringContaining(`computed in float32, ${inWords}`),
  ]);
  const plain = await exportModel(harness, model, { ...options, out: join(root, 'of-floats') });
  expect(plain.notes.join('\n')).not.toContain('quantizes');
});

it('says that no weight is held out where no super weight is known, and throws where that was asked for', async () => {
  const unknown = join(root, 'unknown-weights');
  cpSync(source, unknown, { recursive: true });
  rmSync(join(unknown, 'README.md'));
  const remarks: string[] = [];
  const reporter = { remark: (text: string) => void remarks.push(text) };
  await using told = await openHarness({ threads: 1, encodedFolder: join(root, 'encoded'), reporter });
  const plain = await told.open(unknown);
  const options = { format: 'onnx', dtypes: ['q8'] };
  const { notes } = await exportModel(told, plain, { ...options, out: join(root, 'plain') });
  expect(notes).toContain('No weight is held out of its block, for no super weight of the model is known.');
  expect(remarks).toContainEqual(
    expect.stringMatching(/^warning: no super weight of this model is known.*--super-weight/),
  );
  const held = exportModel(told, plain, { ...options, out: join(root, 'held'), holdOut: true });
  await expect(held).rejects.toMatchObject({ code: 'models/no-super-weights' });
  const outside = await told.open(unknown, { superWeights: ['1:64:0'] });
  await expect(exportModel(told, outside, { ...options, out: join(root, 'held') })).rejects.toMatchObject({
    code: 'models/coordinates-out-of-range',
  });
});
