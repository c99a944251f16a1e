/**
 * A checkpoint as the Hugging Face hub lays it out: config.json and the headers of its weight files. No weight is read
 * here. The folder may be a snapshot of the hub's cache, whose files are symbolic links.
 */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { StoredTensor } from '@linchpin/safetensors';
import type { CheckpointTexts } from './checkpoint-texts.ts';
import { contentHash } from './content-hash.ts';
import { configAbsent, notAFolder } from './errors.ts';
import { findFormat } from './formats/find-format.ts';
import type { WeightFormat } from './formats/weight-format.ts';
import { refuseQuantizedConfig, refuseQuantizedTensors } from './quantized-checkpoints.ts';
import { type JsonObject, readJsonObject } from './read-json.ts';

export interface Checkpoint extends CheckpointTexts {
  /** Absolute path of the folder. */
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

export interface OpenOptions {
  /** Gives the sha256 of a file by its absolute path; by default every file is read. */
  readonly hashFile?: (file: string) => Promise<string>;
  /** Formats that the weights may have, in the order in which they are looked for; those of this package when absent. */
  readonly formats?: readonly WeightFormat[];
}

/** Reads config.json and the weights' headers; throws for whatever makes the checkpoint unusable. */
export async function openCheckpoint(directory: string, { hashFile, formats }: OpenOptions = {}): Promise<Checkpoint> {
  const folder = resolve(directory);
  const names = await listFolder(folder);
  const format = findFormat(names, formats);
  const texts = format.texts(folder);
  const configFile = texts.locate('config.json');
  const config = await readJsonObject(texts, 'config.json', configAbsent);
  refuseQuantizedConfig(config, configFile);
  const { file, shards, tensors, warnings } = await format.open(folder, names);
  refuseQuantizedTensors(tensors.keys(), file);
  const hashed = [
    ...['config.json', 'tokenizer.json'].filter((name) => names.includes(name)),
    ...shards.map(({ name }) => name).toSorted(),
  ];
  let hash: Promise<string> | undefined;
  return {
    ...texts,
    directory: folder,
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

/** Names of the files of a folder, sorted. */
async function listFolder(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw notAFolder(directory, error);
  });
  return names.toSorted();
}
