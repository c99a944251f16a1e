import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TensorToWrite, writeSafetensors } from '@linchpin/safetensors';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'linchpin-checkpoint-')));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
let folder = '';
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
  write('config.json', { model_type: 'toy' });
});

function write(name: string, content: unknown): void {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

const tensor = (name: string, value = 0): TensorToWrite => ({
  name,
  dtype: 'U8',
  shape: [1],
  bytes: Uint8Array.of(value),
});
const writeShard = (name: string, ...tensors: TensorToWrite[]) => writeSafetensors(join(folder, name), tensors);
const writeIndex = (weightMap: Record<string, unknown>) =>
  write('model.safetensors.index.json', { weight_map: weightMap });

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** What sha256sum prints for a file of the folder. */
function line(name: string): string {
  return `${sha256(readFileSync(join(folder, name)))}  ${name}\n`;
}

describe('openCheckpoint', () => {
  it('opens a single file', async () => {
    await writeShard('model.safetensors', tensor('a'), tensor('b'));
    const checkpoint = await openCheckpoint(folder);
    expect([...checkpoint.tensors.keys()]).toEqual(['a', 'b']);
    expect(checkpoint).toMatchObject({
      directory: folder,
      config: { model_type: 'toy' },
      configFile: join(folder, 'config.json'),
      weightsFile: join(folder, 'model.safetensors'),
      weightFiles: [join(folder, 'model.safetensors')],
      warnings: [],
    });
  });

  it('opens shards, each tensor in its own file', async () => {
    await writeShard('one.safetensors', tensor('a'));
    await writeShard('two.safetensors', tensor('b'));
    writeIndex({ b: 'two.safetensors', a: 'one.safetensors' });
    const { tensors, weightFiles, weightsFile, warnings } = await openCheckpoint(folder);
    expect([...tensors.values()].map(({ name, file }) => [name, file])).toEqual([
      ['b', join(folder, 'two.safetensors')],
      ['a', join(folder, 'one.safetensors')],
    ]);
    expect(weightFiles).toEqual([join(folder, 'one.safetensors'), join(folder, 'two.safetensors')]);
    expect(weightsFile).toBe(join(folder, 'model.safetensors.index.json'));
    expect(warnings).toEqual([]);
  });

  it("follows the links of the hub's cache", async () => {
    const snapshot = join(folder, 'snapshots', 'abc');
    mkdirSync(snapshot, { recursive: true });
    mkdirSync(join(folder, 'blobs'));
    await writeShard('blobs/123', tensor('a'));
    write('blobs/456', { model_type: 'linked' });
    write('blobs/789', { weight_map: { a: 'model-00001-of-00001.safetensors' } });
    symlinkSync('../../blobs/123', join(snapshot, 'model-00001-of-00001.safetensors'));
    symlinkSync('../../blobs/456', join(snapshot, 'config.json'));
    symlinkSync('../../blobs/789', join(snapshot, 'model.safetensors.index.json'));
    const checkpoint = await openCheckpoint(snapshot);
    expect(checkpoint.config).toEqual({ model_type: 'linked' });
    expect(checkpoint.weightFiles).toEqual([join(folder, 'blobs', '123')]);
    expect(checkpoint.tensors.get('a')?.file).toBe(join(folder, 'blobs', '123'));
    expect(await checkpoint.contentHash()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes the single file where there is an index too, as transformers does, and says so', async () => {
    await writeShard('model.safetensors', tensor('a'));
    write('model.safetensors.index.json', 'not even read');
    expect((await openCheckpoint(folder)).warnings).toEqual([expect.stringContaining('model.safetensors.index.json')]);
  });

  it('takes tensors that no entry of the index places, and says so', async () => {
    await writeShard('one.safetensors', tensor('a', 1), tensor('b', 2));
    await writeShard('two.safetensors', tensor('a', 3), tensor('c', 4));
    writeIndex({ a: 'two.safetensors', b: 'one.safetensors' });
    const { tensors, warnings } = await openCheckpoint(folder);
    expect(tensors.get('a')?.file).toBe(join(folder, 'two.safetensors'));
    expect(tensors.get('c')?.file).toBe(join(folder, 'two.safetensors'));
    expect(warnings).toEqual([expect.stringContaining('a in one.safetensors, c in two.safetensors')]);
  });

  it.each<{ code: string; prepare: () => unknown }>([
    { code: 'not-a-folder', prepare: () => rmSync(folder, { recursive: true }) },
    { code: 'config-absent', prepare: () => rmSync(join(folder, 'config.json')) },
    { code: 'not-json', prepare: () => write('config.json', '{"model_type": "to') },
    { code: 'not-json-object', prepare: () => write('config.json', '[]') },
    {
      code: 'quantized-checkpoint',
      prepare: () => write('config.json', { quantization_config: { quant_method: 'awq' } }),
    },
    { code: 'weights-absent', prepare: () => {} },
    { code: 'weights-absent', prepare: () => writeShard('adapter_model.safetensors', tensor('a')) },
    { code: 'weights-only-pickled', prepare: () => write('consolidated.00.pth', '') },
    { code: 'index-malformed', prepare: () => write('model.safetensors.index.json', {}) },
    { code: 'index-malformed', prepare: () => write('model.safetensors.index.json', { weight_map: [] }) },
    { code: 'index-malformed', prepare: () => writeIndex({}) },
    { code: 'index-malformed', prepare: () => writeIndex({ a: 1 }) },
    { code: 'shard-absent', prepare: () => writeIndex({ a: 'one.safetensors' }) },
    {
      code: 'shard-absent',
      prepare: () => {
        symlinkSync('gone', join(folder, 'one.safetensors'));
        writeIndex({ a: 'one.safetensors' });
      },
    },
    {
      code: 'tensor-not-in-shard',
      prepare: async () => {
        await writeShard('one.safetensors', tensor('b'));
        writeIndex({ a: 'one.safetensors' });
      },
    },
  ])('refuses a folder: $code', async ({ code, prepare }) => {
    await prepare();
    await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: `models/${code}` });
  });

  it.each(['../outside', 'x/../../outside', '/outside', '..\\outside', 'C:\\outside', 'C:outside', '..', '.', ''])(
    'refuses the shard %j before it touches a file',
    async (shard) => {
      // The other shard is absent, which would be the error if files were looked at first.
      writeIndex({ a: 'absent.safetensors', b: shard });
      await expect(openCheckpoint(folder)).rejects.toMatchObject({ code: 'models/shard-outside-folder' });
    },
  );

  it('accepts shards in a folder below, and names that only look like the folder above', async () => {
    mkdirSync(join(folder, 'sub'));
    await writeShard('sub/one.safetensors', tensor('a'));
    await writeShard('..two.safetensors', tensor('b'));
    writeIndex({ a: 'sub/one.safetensors', b: '..two.safetensors' });
    expect((await openCheckpoint(folder)).tensors.size).toBe(2);
  });
});

describe('contentHash', () => {
  it('is the sha256 of what sha256sum prints', async () => {
    await writeShard('two.safetensors', tensor('a'));
    await writeShard('one.safetensors', tensor('b'));
    writeIndex({ a: 'two.safetensors', b: 'one.safetensors' });
    write('README.md', 'not part of it');
    const without = await (await openCheckpoint(folder)).contentHash();
    expect(without).toBe(sha256(line('config.json') + line('one.safetensors') + line('two.safetensors')));
    write('tokenizer.json', {});
    const withTokenizer = await (await openCheckpoint(folder)).contentHash();
    expect(withTokenizer).toBe(
      sha256(line('config.json') + line('tokenizer.json') + line('one.safetensors') + line('two.safetensors')),
    );
  });

  it('changes with a weight, and is computed once', async () => {
    await writeShard('model.safetensors', tensor('a', 1));
    const checkpoint = await openCheckpoint(folder);
    const hash = await checkpoint.contentHash();
    await writeShard('model.safetensors', tensor('a', 2));
    expect(await checkpoint.contentHash()).toBe(hash);
    expect(await (await openCheckpoint(folder)).contentHash()).not.toBe(hash);
  });
});
