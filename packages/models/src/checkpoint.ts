/**
 * A checkpoint as the Hugging Face hub lays it out: config.json and the headers of its weight files. No weight is read
 * here. The folder may be a snapshot of the hub's cache, whose files are symbolic links.
 */
import { join, resolve } from 'node:path';
import type { StoredTensor } from '@linchpin/safetensors';
import { contentHash, type fileHash } from './content-hash.ts';
import { configAbsent, quantizedCheckpoint } from './errors.ts';
import { isJsonObject, type JsonObject, readJsonObject } from './read-json.ts';
import { listFolder, openWeights } from './weight-files.ts';

export interface Checkpoint {
  /** Absolute path of the folder. */
  readonly directory: string;
  readonly config: JsonObject;
  readonly configFile: string;
  /** model.safetensors, or the index of the shards. */
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
  readonly hashFile?: typeof fileHash;
}

/** Reads config.json and the weights' headers; throws for whatever makes the checkpoint unusable. */
export async function openCheckpoint(directory: string, { hashFile }: OpenOptions = {}): Promise<Checkpoint> {
  const folder = resolve(directory);
  const names = await listFolder(folder);
  const configFile = join(folder, 'config.json');
  const config = await readJsonObject(configFile, configAbsent);
  refuseQuantized(config, configFile);
  const { file, shards, tensors, warnings } = await openWeights(folder, names);
  const hashed = [
    'config.json',
    ...names.filter((name) => name === 'tokenizer.json'),
    ...shards.map(({ name }) => name).toSorted(),
  ];
  let hash: Promise<string> | undefined;
  return {
    directory: folder,
    config,
    configFile,
    weightsFile: file,
    weightFiles: [...new Set(shards.map((shard) => shard.file))],
    tensors,
    warnings,
    contentHash: () => (hash ??= contentHash(folder, hashed, hashFile)),
  };
}

function refuseQuantized(config: JsonObject, file: string): void {
  const quantization = config['quantization_config'] ?? undefined;
  if (quantization === undefined) return;
  throw quantizedCheckpoint(
    file,
    isJsonObject(quantization) ? (quantization['quant_method'] ?? quantization) : quantization,
  );
}
