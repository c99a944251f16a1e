/** Fixtures: scripts/gguf_checkpoints.py. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type GgufTensor, openGguf } from '@linchpin/gguf';
import { type Decoder, fileHash, layCheckpoint, loadTokenizer, openDecoder } from '@linchpin/models';
import { readHeader } from '@linchpin/safetensors';
import { temporaryFolder, testWeightFormat } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { gguf } from '../src/formats/gguf.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/gguf/${name}`, import.meta.url));
const encodedFolder = temporaryFolder();

/** A folder with one file. */
function folderOf(name: string): string {
  const folder = temporaryFolder();
  cpSync(fixture(`${name}.gguf`), join(folder, `${name}.gguf`));
  return folder;
}

/** A folder with the config and the weights that transformers reads out of the file. */
function twinOf(name: string): string {
  const folder = temporaryFolder();
  cpSync(fixture(`${name}.json`), join(folder, 'config.json'));
  cpSync(fixture(`${name}.safetensors`), join(folder, 'model.safetensors'));
  return folder;
}

/** A copy with vectors more, of 16 or 32 floats. */
async function withVectors(path: string, names: readonly string[]): Promise<string> {
  const { tensors } = await openGguf(path);
  const bytes = readFileSync(path);
  const [first] = [...tensors.values()] as [GgufTensor];
  const start = bytes.indexOf(first.name) - 8;
  const entries = [...tensors.values()].reduce((sum, { name, shape }) => sum + 24 + name.length + 8 * shape.length, 0);
  const data = padded(bytes.subarray(first.offset));
  const more = names.map((name, index) => {
    const size = /attn_[kv]\.bias$/.test(name) ? 16n : 32n;
    const entry = Buffer.alloc(32 + name.length);
    entry.writeBigUInt64LE(BigInt(name.length));
    entry.write(name, 8);
    entry.writeUInt32LE(1, 8 + name.length);
    entry.writeBigUInt64LE(size, 12 + name.length);
    entry.writeBigUInt64LE(BigInt(data.length + 128 * index), 24 + name.length);
    return entry;
  });
  const head = Buffer.from(bytes.subarray(0, start + entries));
  head.writeBigUInt64LE(BigInt(tensors.size + names.length), 8);
  const file = join(temporaryFolder(), 'more.gguf');
  writeFileSync(file, Buffer.concat([padded(Buffer.concat([head, ...more])), data, Buffer.alloc(128 * names.length)]));
  return file;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((32 - (bytes.length % 32)) % 32)]);
}

testWeightFormat({
  format: gguf,
  folder: folderOf('llama'),
  twin: fixture('llama.safetensors'),
  files: ['llama.gguf'],
  open: (folder, names) => gguf.open(folder, names, { hashFile: fileHash, encodedFolder }),
});

const bitsOf = ({ tensors }: Decoder): ReadonlyMap<string, string> =>
  new Map(
    [...tensors.values()].map(({ name, dtype, shape, file, offset, length }) => {
      const bytes = readFileSync(file).subarray(offset, offset + length);
      return [name, `${dtype} ${shape.join()} ${bytes.toString('base64')}`];
    }),
  );

it.each(['llama-rope', 'qwen2', 'qwen3', 'olmo2', 'phi3', 'gemma', 'gemma2', 'gemma3', 'gpt2'])(
  'opens %s with the config and the bits that transformers makes of it',
  async (name) => {
    const decoder = await openDecoder(fixture(`${name}.gguf`), { encodedFolder });
    const twin = await openDecoder(twinOf(name));
    expect(decoder.config).toEqual(twin.config);
    expect(decoder.warnings).toEqual([]);
    expect(bitsOf(decoder)).toEqual(bitsOf(twin));
    const [laid, expected] = [await layCheckpoint(decoder, {}), await layCheckpoint(twin, {})];
    expect(laid.graph.nodes.length).toBe(expected.graph.nodes.length);
  },
);

describe('a GGUF file', () => {
  const file = fixture('llama.gguf');
  const open = (folder: string, path: string = file): Promise<Decoder> => openDecoder(path, { encodedFolder: folder });

  it('is a checkpoint by itself: config, tokenizer, and the hash of the one file', async () => {
    const { checkpoint, config } = await open(encodedFolder);
    expect(config).toEqual((await openDecoder(twinOf('llama'))).config);
    expect(checkpoint).toMatchObject({ directory: file, weightsFile: file, configFile: `${file}: config.json` });
    const tokenizer = await loadTokenizer(checkpoint, { vocabularySize: 20 });
    expect(tokenizer).toMatchObject({ bosId: 1, eosId: 2, bosText: '<s>', addsBos: false, vocabularySize: 20 });
    expect(tokenizer.encode('abcab</s>')).toEqual([19, 5, 19, 2]);
    const inFolder = await openDecoder(folderOf('llama'), { encodedFolder });
    expect(await inFolder.checkpoint.contentHash()).toBe(await checkpoint.contentHash());
  });

  it('is converted once, and again where what was kept is damaged or unfinished', async () => {
    const folder = temporaryFolder();
    const rebuilt: string[] = [];
    const convert = async (): Promise<number> => {
      let converted = 0;
      const onRebuild = (_: string, reason: string): unknown => rebuilt.push(reason);
      await openDecoder(file, { encodedFolder: folder, onConverted: () => void converted++, onRebuild });
      return converted;
    };
    expect([await convert(), await convert()]).toEqual([11, 0]);
    const [key] = readdirSync(folder) as [string];
    const kept = join(folder, key, 'model.safetensors');
    const bytes = readFileSync(kept);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(kept, bytes);
    expect([await convert(), await convert()]).toEqual([11, 0]);
    rmSync(join(folder, key, 'complete.json'));
    expect(await convert()).toBe(11);
    expect(rebuilt).toEqual(['its contents have another sha256', 'complete.json is absent or malformed']);
    expect(readdirSync(join(folder, key)).toSorted()).toEqual(['complete.json', 'model.safetensors']);
  });

  it('leaves nothing behind where the conversion is ended', async () => {
    const folder = temporaryFolder();
    const onConverted = (): never => {
      throw new Error('enough');
    };
    await expect(openDecoder(file, { encodedFolder: folder, onConverted })).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is announced with place and size before it is converted, once', async () => {
    const folder = temporaryFolder();
    const announced: [string, number][] = [];
    const onConvert = (path: string, bytes: number): unknown => announced.push([path, bytes]);
    for (let times = 0; times < 2; times++) await openDecoder(file, { encodedFolder: folder, onConvert });
    expect(announced).toHaveLength(1);
    const [[copy, bytes]] = announced as [[string, number]];
    const { tensors } = await readHeader(copy);
    expect(bytes).toBe([...tensors.values()].reduce((sum, { length }) => sum + length, 0));
  });

  it.each(['model.GGUF', '0123456789abcdef'])(
    'is known by its first bytes, whatever it is called: %s',
    async (name) => {
      const copy = join(temporaryFolder(), name);
      cpSync(file, copy);
      const { checkpoint } = await open(encodedFolder, copy);
      expect(checkpoint).toMatchObject({ directory: copy, weightsFile: copy });
      expect(await loadTokenizer(checkpoint)).toMatchObject({ bosId: 1 });
    },
  );

  it('is not what begins otherwise', async () => {
    const other = join(temporaryFolder(), 'weights');
    writeFileSync(other, 'GGU');
    await expect(open(encodedFolder, other)).rejects.toMatchObject({ code: 'models/not-a-folder' });
  });

  it('has the biases of attention and MLP that its tensors are of', async () => {
    const names = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'];
    const biased = await withVectors(
      file,
      names.map((name) => `blk.0.${name}.bias`),
    );
    const { config, tensors, warnings } = await open(temporaryFolder(), biased);
    expect(config).toMatchObject({ attentionBias: true, mlpBias: true });
    expect(tensors.size).toBe(11 + names.length);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['one bias without the others of its kind', ['blk.0.attn_output.bias'], 'models/tensor-absent', 'q_proj.bias'],
    ['a tensor of another architecture', ['blk.0.attn_sinks.weight'], 'models/gguf-unused-tensors', 'attn_sinks'],
    ['a name of nothing', ['extra'], 'models/gguf-unused-tensors', 'extra'],
    ['a bias of the head', ['output_norm.bias'], 'models/gguf-unused-tensors', 'output_norm.bias'],
  ])('is refused with %s, by name, and leaves no copy', async (_, names, code, named) => {
    const folder = temporaryFolder();
    const problem = open(folder, await withVectors(file, names));
    await expect(problem).rejects.toMatchObject({ code, problem: { subject: expect.stringContaining(named) } });
    await expect(problem).rejects.not.toMatchObject({ message: expect.stringContaining('config.json') });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['attention.head_count', 0],
    ['attention.head_count', 3],
    ['attention.head_count_kv', 3],
    ['embedding_length', 64],
    ['feed_forward_length', 64],
    ['feed_forward_length', 0],
  ])('is refused with another %s (%i), and leaves no copy', async (key, value) => {
    const [folder, changed] = [temporaryFolder(), join(temporaryFolder(), 'changed.gguf')];
    const bytes = readFileSync(file);
    const name = Buffer.from(`llama.${key}\u0004\0\0\0`);
    bytes.writeUInt32LE(value, bytes.indexOf(name) + name.length);
    writeFileSync(changed, bytes);
    const problem = open(folder, changed);
    await expect(problem).rejects.toMatchObject({ message: expect.not.stringMatching(/config\.json|Infinity|NaN/) });
    await expect(problem).rejects.toMatchObject({ message: expect.stringContaining('changed.gguf') });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is refused beside another one, unless it is named', async () => {
    const folder = folderOf('llama');
    cpSync(file, join(folder, 'other.gguf'));
    await expect(open(encodedFolder, folder)).rejects.toMatchObject({
      code: 'models/gguf-ambiguous',
      problem: { found: expect.stringContaining('llama.gguf, other.gguf') },
    });
    expect((await open(encodedFolder, join(folder, 'other.gguf'))).tensors.size).toBe(11);
  });

  it('is refused where the cache cannot be written', async () => {
    const blocked = join(temporaryFolder(), 'blocked');
    writeFileSync(blocked, '');
    await expect(open(blocked)).rejects.toMatchObject({ code: 'models/encoded-not-writable' });
  });

  it('is refused where it claims more layers than it has tensors', async () => {
    const changed = join(temporaryFolder(), 'changed.gguf');
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(2 ** 32 - 1, bytes.indexOf('llama.block_count') + 'llama.block_count'.length + 4);
    writeFileSync(changed, bytes);
    await expect(open(encodedFolder, changed)).rejects.toMatchObject({
      code: 'models/gguf-field',
      problem: { subject: expect.stringContaining('llama.block_count'), found: '4294967295' },
    });
  });

  it.each([
    ['another architecture', 'llama', 'mamba', 'models/gguf-architecture'],
    ['a text of another tokenizer', 'gpt-2', 'gpt-9', 'models/gguf-field'],
    ['a field that is called otherwise', 'llama.block_count', 'llama.block_xount', 'models/gguf-field'],
  ])('is refused with %s, by name', async (_, from, to, code) => {
    const changed = join(temporaryFolder(), 'changed.gguf');
    const bytes = readFileSync(file);
    bytes.write(to, bytes.indexOf(from));
    writeFileSync(changed, bytes);
    const folder = temporaryFolder();
    const problem = open(folder, changed);
    await expect(problem).rejects.toMatchObject({ code, message: expect.stringContaining('changed.gguf') });
    expect(readdirSync(folder)).toEqual([]);
  });
});
