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
import { ggufAmbiguous, ggufUnusedTensors, inWordsOfMetadata } from '../gguf/errors.ts';
import { readGgufConfig } from '../gguf/gguf-config.ts';
import { hasGgufTokenizer, readGgufTokenizer } from '../gguf/gguf-tokenizer.ts';
import { Metadata } from '../gguf/metadata.ts';
import { type PlannedTensor, planTensors } from '../gguf/plan-tensors.ts';
import { readRopeFactors } from '../gguf/rope-factors.ts';
import { tensorBytes } from '../gguf/tensor-bytes.ts';
import type { JsonObject } from '../read-json.ts';
import type { OpenedWeights, OpenWeightsContext, WeightFormat } from './weight-format.ts';

export function isGgufName(name: string): boolean {
  return name.toLowerCase().endsWith('.gguf');
}

export const gguf: WeightFormat = {
  name: 'gguf',
  isIn: (names) => names.some(isGgufName),
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
  const [first, ...more] = names.length === 1 ? names : names.filter(isGgufName);
  if (first === undefined || more.length > 0) throw ggufAmbiguous(folder, [first ?? 'none', ...more]);
  return first;
}

async function openWeights(
  folder: string,
  names: readonly string[],
  { hashFile, encodedFolder, check, onRebuild, onConvert, onConverted }: OpenWeightsContext,
): Promise<OpenedWeights> {
  const name = onlyFile(folder, names);
  const source = join(folder, name);
  const opened = await openGguf(source);
  const metadata = new Metadata(source, opened);
  const planned = planTensors(metadata);
  checkPlanned(planned, source, check);
  if (hasGgufTokenizer(metadata)) readGgufTokenizer(metadata);
  const bytes = planned.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const converted = await convertedWeights(join(encodedFolder, convertedKey(await hashFile(source))), {
    write: (file) => writeConverted(opened.file, file, { planned, onConverted }),
    hashFile,
    onRebuild,
    onConvert: (file) => onConvert?.(file, bytes),
  });
  const { file, tensors } = await readHeader(converted);
  const named = new Map(
    [...tensors].map(([key, tensor]): [string, StoredTensor] => [key, { ...tensor, givenFile: source }]),
  );
  return { file: source, shards: [{ name, file, tensors: named }], tensors: named, warnings: [] };
}

/** Throws where the tensors are not those of the model that the metadata describe, one that it does not use included. */
function checkPlanned(planned: readonly PlannedTensor[], source: string, check: OpenWeightsContext['check']): void {
  if (check === undefined) return;
  const tensors = planned.map(({ name, dtype, shape, source: { offset, length } }): [string, StoredTensor] => [
    name,
    { name, dtype, shape, file: source, offset, length },
  ]);
  const unused = new Set(inWordsOfMetadata(() => check(new Map(tensors))));
  if (unused.size === 0) return;
  const names = planned.filter(({ name }) => unused.has(name)).map((tensor) => tensor.source.name);
  throw ggufUnusedTensors(source, names);
}

function bytesOf({ dtype, shape }: PlannedTensor): number {
  return shape.reduce((product, size) => product * size, dtype === 'F32' ? 4 : 2);
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
