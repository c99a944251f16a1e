/**
 * A format of weights that this package does not have is one object: a file that holds config, tokenizer and float32
 * tensors, from which the same model comes as from its safetensors twin.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  type CheckpointTexts,
  findNonFinite,
  layCheckpoint,
  loadTokenizer,
  openDecoder,
  readEndIds,
  readModelCard,
  type WeightFormat,
} from '@linchpin/models';
import type { DecoderGraph, Intervention } from '@linchpin/plugin-api';
import { readTensor, type StoredTensor } from '@linchpin/safetensors';
import { writeRandomLlama } from '@linchpin/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'linchpin-format-'));
const [twin, single] = [join(root, 'twin'), join(root, 'single')];
const fileName = 'model.single';
const read: string[] = [];

interface Header {
  readonly texts: Readonly<Record<string, string>>;
  readonly tensors: readonly Pick<StoredTensor, 'name' | 'shape' | 'offset' | 'length'>[];
}

/** The length of a JSON header as text of eight characters, the header, the numbers. */
function headerOf(folder: string): Header & { readonly dataOffset: number } {
  const bytes = readFileSync(join(folder, fileName));
  const dataOffset = 8 + Number(bytes.toString('latin1', 0, 8));
  return { ...(JSON.parse(bytes.toString('utf8', 8, dataOffset)) as Header), dataOffset };
}

function valuesOf({ name, file, offset, length }: StoredTensor): Float32Array {
  read.push(name);
  // A copy of its own: a buffer's bytes may lie among those of others.
  return new Float32Array(new Uint8Array(readFileSync(file).subarray(offset, offset + length)).buffer);
}

const format: WeightFormat = {
  name: 'single',
  isIn: (names) => names.includes(fileName),
  texts: (folder): CheckpointTexts => ({
    locate: (name) => `${join(folder, fileName)}: ${name}`,
    readText: async (name) => headerOf(folder).texts[name],
  }),
  async open(folder) {
    const file = join(folder, fileName);
    const { tensors, dataOffset } = headerOf(folder);
    const stored = new Map(
      tensors.map(({ offset, ...tensor }): [string, StoredTensor] => [
        tensor.name,
        { ...tensor, dtype: 'F32', file, offset: dataOffset + offset },
      ]),
    );
    return { file, shards: [{ name: fileName, file, tensors: stored }], tensors: stored, warnings: [] };
  },
  readTensor: async (stored) => valuesOf(stored),
  readRows: async (stored, first, count) => {
    const width = stored.shape[1]!;
    return valuesOf(stored).subarray(first * width, (first + count) * width);
  },
  async *streamTensor(stored) {
    yield valuesOf(stored);
  },
};

beforeAll(async () => {
  const shape = { layers: 1, hidden: 8, heads: 2, keyValueHeads: 1, intermediate: 40, contextLength: 24, spread: 0.5 };
  await writeRandomLlama(twin, { ...shape, vocabulary: 17, dtype: 'F32', tied: false, seed: 5 });
  const { checkpoint } = await openDecoder(twin);
  const tokenizer = { model: { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [] } };
  const texts = {
    'config.json': JSON.stringify({ ...checkpoint.config, bos_token_id: 1 }),
    'tokenizer.json': JSON.stringify(tokenizer),
    'generation_config.json': '{"eos_token_id": [3, 4]}',
    'README.md': '---\nlinchpin:\n  bos: always\n---\n',
  };
  let offset = 0;
  const tensors = [];
  const data = [];
  for (const stored of checkpoint.tensors.values()) {
    const { name, shape: sizes, length } = stored;
    tensors.push({ name, shape: sizes, offset, length });
    data.push(Buffer.from((await readTensor(stored)).buffer));
    offset += length;
  }
  // Blanks put the numbers where float32 may begin.
  const json = JSON.stringify({ texts, tensors });
  const header = json.padEnd(Math.ceil(json.length / 8) * 8);
  mkdirSync(single);
  writeFileSync(
    join(single, fileName),
    Buffer.concat([Buffer.from(String(header.length).padStart(8, '0') + header), ...data]),
  );
});
afterAll(() => rmSync(root, { recursive: true }));

const open = () => openDecoder(single, { formats: [format] });

it('is found by the files of a folder, and asked for config, tokenizer, card and what ends a text', async () => {
  const { checkpoint, config } = await open();
  expect(checkpoint).toMatchObject({
    format: { name: 'single' },
    configFile: `${join(single, fileName)}: config.json`,
    weightsFile: join(single, fileName),
    weightFiles: [join(single, fileName)],
  });
  expect(config).toEqual((await openDecoder(twin, { formats: [format] })).config);
  expect((await loadTokenizer(checkpoint)).bosId).toBe(1);
  expect(await readEndIds(checkpoint)).toEqual([3, 4]);
  expect(await readModelCard(checkpoint)).toMatchObject({ bos: 'always' });
  const line = `${createHash('sha256')
    .update(readFileSync(join(single, fileName)))
    .digest('hex')}  ${fileName}\n`;
  expect(await checkpoint.contentHash()).toBe(createHash('sha256').update(line).digest('hex'));
});

it('names its texts in errors', async () => {
  const { checkpoint } = await open();
  const none = { ...checkpoint, readText: async () => undefined };
  await expect(loadTokenizer(none)).rejects.toMatchObject({
    code: 'models/tokenizer-absent',
    problem: { subject: `${join(single, fileName)}: tokenizer.json` },
  });
});

it('is what values are read with, wherever edits and searches need some', async () => {
  const down = 'model.layers.0.mlp.down_proj.weight';
  const up = 'model.layers.0.mlp.up_proj.weight';
  const edit: Intervention['edit'] = (model) => {
    model.weight(up).scale(3, 4, 3);
    model.weight(down).map((values) => values.forEach((value, at) => (values[at] = -value)));
  };
  const interventions = [{ name: 'edit', version: 1, settings: {}, edit }];
  read.length = 0;
  const decoder = await open();
  const laid = await layCheckpoint(decoder, { interventions });
  expect([...new Set(read)].toSorted()).toEqual([down, up]);
  const expected = await layCheckpoint(await openDecoder(twin), { interventions });
  expect(laid.changedWeights).toBe(expected.changedWeights);
  expect(bytesOf(laid)).toEqual(bytesOf(expected));
  read.length = 0;
  expect(await findNonFinite(decoder.checkpoint, decoder.tensors.keys())).toEqual([]);
  expect(read).toEqual([...decoder.tensors.keys()]);
});

/** The bytes of all weights of a graph: those that are part of it, and those that it maps. */
function bytesOf({ graph, weightFolder }: DecoderGraph): ReadonlyMap<string, string> {
  return new Map(
    graph.initializers.map(({ value, data }) => {
      if (!('location' in data)) return [value.name, Buffer.from(data).toString('hex')];
      const file = readFileSync(join(weightFolder, data.location));
      return [value.name, file.subarray(data.offset, data.offset + data.length).toString('hex')];
    }),
  );
}

it('leaves a folder without weights to the format that says what is missing', async () => {
  const folder = join(root, 'empty');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), '{}');
  await expect(openDecoder(folder, { formats: [format] })).rejects.toMatchObject({
    code: 'models/weights-absent',
    problem: { subject: expect.stringContaining(basename(folder)) },
  });
});
