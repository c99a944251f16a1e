/**
 * GGUF, the one file of llama.cpp: config and tokenizer come out of its metadata. Its tensors are packed, and some are rearranged, so
 * no graph can map them: they become a safetensors file of the cache, under the hash of the GGUF file, once.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { openGguf } from '@linchpin/gguf';
import {
  readHeader,
  readRows,
  readTensor,
  type StoredTensor,
  streamTensor,
  writeSafetensors,
} from '@linchpin/safetensors';
import type { CheckpointTexts } from '../checkpoint-texts.ts';
import { convertedWeights } from '../encoded/converted-weights.ts';
import { convertedKey } from '../encoded/encoding-key.ts';
import { ggufAmbiguous } from '../gguf/errors.ts';
import { readGgufConfig } from '../gguf/gguf-config.ts';
import { readGgufTokenizer } from '../gguf/gguf-tokenizer.ts';
import { Metadata } from '../gguf/metadata.ts';
import { type PlannedTensor, planTensors } from '../gguf/plan-tensors.ts';
import { readRopeFactors } from '../gguf/rope-factors.ts';
import { tensorBytes } from '../gguf/tensor-bytes.ts';
import type { JsonObject } from '../read-json.ts';
import type { OpenedWeights, OpenWeightsContext, WeightFormat } from './weight-format.ts';

export const ggufExtension = '.gguf';

export const gguf: WeightFormat = {
  name: 'gguf',
  isIn: (names) => names.some((name) => name.endsWith(ggufExtension)),
  texts: metadataTexts,
  open: openWeights,
  readTensor,
  readRows,
  streamTensor,
};

/** The texts that a file's metadata stand for; they are read once, when the first is asked for. */
function metadataTexts(folder: string, names: readonly string[]): CheckpointTexts {
  const file = join(folder, onlyFile(folder, names));
  let texts: Promise<Readonly<Record<string, () => JsonObject>>> | undefined;
  return {
    locate: (name) => `${file}: ${name}`,
    async readText(name) {
      const known = await (texts ??= readTexts(file));
      return Object.hasOwn(known, name) ? JSON.stringify(known[name]!()) : undefined;
    },
  };
}

async function readTexts(file: string): Promise<Readonly<Record<string, () => JsonObject>>> {
  const opened = await openGguf(file);
  const metadata = new Metadata(file, opened);
  const ropeFactors = await readRopeFactors(metadata, opened.file);
  return {
    'config.json': () => readGgufConfig(metadata, ropeFactors),
    'tokenizer.json': () => readGgufTokenizer(metadata).json,
    'tokenizer_config.json': () => readGgufTokenizer(metadata).config,
  };
}

function onlyFile(folder: string, names: readonly string[]): string {
  const [first, ...more] = names.filter((name) => name.endsWith(ggufExtension));
  if (first === undefined || more.length > 0) throw ggufAmbiguous(folder, [first ?? 'none', ...more]);
  return first;
}

async function openWeights(
  folder: string,
  names: readonly string[],
  { hashFile, encodedFolder, onRebuild, onConverted }: OpenWeightsContext,
): Promise<OpenedWeights> {
  const name = onlyFile(folder, names);
  const source = join(folder, name);
  const opened = await openGguf(source);
  const planned = planTensors(new Metadata(source, opened));
  const converted = await convertedWeights(join(encodedFolder, convertedKey(await hashFile(source))), {
    write: (file) => writeConverted(opened.file, file, { planned, onConverted }),
    hashFile,
    onRebuild,
  });
  const { file, tensors } = await readHeader(converted);
  const named = new Map(
    [...tensors].map(([key, tensor]): [string, StoredTensor] => [key, { ...tensor, givenFile: source }]),
  );
  return { file: source, shards: [{ name, file, tensors: named }], tensors: named, warnings: [] };
}

interface Conversion extends Pick<OpenWeightsContext, 'onConverted'> {
  readonly planned: readonly PlannedTensor[];
}

async function writeConverted(source: string, target: string, { planned, onConverted }: Conversion): Promise<void> {
  await using handle = await open(source);
  let done = 0;
  async function* counted(tensor: PlannedTensor): AsyncGenerator<Uint8Array, void> {
    yield* tensorBytes(tensor, handle);
    onConverted?.(++done, planned.length);
  }
  await writeSafetensors(
    target,
    planned.map((tensor) => ({ name: tensor.name, dtype: tensor.dtype, shape: tensor.shape, bytes: counted(tensor) })),
  );
}
