/**
 * A checkpoint as the Hugging Face hub lays it out: config.json and the headers of its weight files. No weight is read
 * here. The folder may be a snapshot of the hub's cache, whose files are symbolic links.
 */
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { env } from 'node:process';
import type { StoredTensor } from '@linchpin/safetensors';
import type { CheckpointTexts } from './checkpoint-texts.ts';
import { contentHash, fileHash } from './content-hash.ts';
import { encodedFolder } from './encoded/encoded-folder.ts';
import { configAbsent, notAFolder } from './errors.ts';
import { findFormat } from './formats/find-format.ts';
import { gguf, isGgufName } from './formats/gguf.ts';
import type { OpenWeightsContext, WeightFormat } from './formats/weight-format.ts';
import { refuseQuantizedConfig, refuseQuantizedTensors } from './quantized-checkpoints.ts';
import { type JsonObject, readJsonObject } from './read-json.ts';
import { tokenizerLists } from './tokenizer/tokenizer-source.ts';

export interface Checkpoint extends CheckpointTexts {
  /** Absolute path of the folder, or of the one file that holds everything. */
  readonly directory: string;
  readonly config: JsonObject;
  readonly configFile: string;
  /** How the weights are stored; reads the values of `tensors`. */
  readonly format: WeightFormat;
  /** The file of the weights, or the index of the shards. */
  readonly weightsFile: string;
  /** Real paths of all weight files, symbolic links resolved. */
  readonly weightFiles: readonly string[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What should be said about the files, although they can be used. */
  readonly warnings: readonly string[];
  /** Identifies the contents: see content-hash.ts for the definition. Reads every byte, once, unless it is opened with hashes. */
  contentHash(): Promise<string>;
}

export interface OpenOptions extends Partial<Omit<OpenWeightsContext, 'check'>> {
  /** Formats that the weights may have, in the order in which they are looked for; those of this package when absent. */
  readonly formats?: readonly WeightFormat[];
  /** Compares tensors with the config before weights are converted; see `check` of the context. */
  readonly check?: (headers: CheckedHeaders) => readonly string[];
}

/** What is known of a checkpoint before weights are converted. */
export interface CheckedHeaders extends Pick<Checkpoint, 'config' | 'configFile' | 'tensors'> {
  /** As errors call it. */
  readonly weightsFile: string;
}

/**
 * Reads config.json and the weights' headers; throws for whatever makes the checkpoint unusable. `path` is a folder, or a GGUF
 * file, whose weights are converted when it is opened for the first time.
 */
export async function openCheckpoint(path: string, options: OpenOptions = {}): Promise<Checkpoint> {
  const { hashFile = fileHash, formats, check } = options;
  const { folder, names, directory } = await locate(resolve(path));
  const format = directory === folder ? findFormat(names, formats) : gguf;
  const texts = format.texts(folder, names);
  const configFile = texts.locate('config.json');
  const config = await readJsonObject(texts, 'config.json', configAbsent);
  refuseQuantizedConfig(config, configFile);
  const context = {
    encodedFolder: encodedFolder(env),
    ...options,
    hashFile,
    check: (tensors: Checkpoint['tensors']) => check?.({ config, configFile, tensors, weightsFile: directory }) ?? [],
  };
  const { file, shards, tensors, warnings } = await format.open(folder, names, context);
  refuseQuantizedTensors(tensors.keys(), file);
  const hashed = [
    ...hashedTexts(names).filter((name) => texts.locate(name) === join(folder, name)),
    ...shards.map(({ name }) => name).toSorted(),
  ];
  let hash: Promise<string> | undefined;
  return {
    ...texts,
    directory,
    config,
    configFile,
    format,
    weightsFile: file,
    weightFiles: [...new Set(shards.map((shard) => shard.file))],
    tensors,
    warnings,
    contentHash: () => (hash ??= contentHash(folder, hashed, hashFile)),
  };
}

/** The texts that are part of what a checkpoint is: config and tokenizer. */
function hashedTexts(names: readonly string[]): string[] {
  const tokenizer = tokenizerLists.find((files) => files.every((name) => names.includes(name)));
  return [...['config.json'].filter((name) => names.includes(name)), ...(tokenizer ?? [])];
}

interface Location {
  readonly directory: string;
  readonly folder: string;
  /** Of the files of the folder, or of the file alone. */
  readonly names: readonly string[];
}

async function locate(path: string): Promise<Location> {
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  if (isFile && (isGgufName(path) || (await beginsAsGguf(path).catch(() => false))))
    return { directory: path, folder: dirname(path), names: [basename(path)] };
  return { directory: path, folder: path, names: await listFolder(path) };
}

/** Files are called as their owner likes; blobs of the hub's cache have no extension. */
async function beginsAsGguf(path: string): Promise<boolean> {
  await using handle = await open(path);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4), position: 0 });
  return bytesRead === 4 && buffer.toString('latin1') === 'GGUF';
}

/** Names of the files of a folder, sorted. */
async function listFolder(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw notAFolder(directory, error);
  });
  return names.toSorted();
}
