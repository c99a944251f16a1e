/** Which files of a folder hold the weights, and what tensors they have. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader, type StoredTensor } from '@linchpin/safetensors';
import { notAFolder, weightsAbsent, weightsOnlyPickled } from './errors.ts';
import { openShards } from './weight-index.ts';

export interface OpenedWeights {
  /** model.safetensors, or the index of the shards. */
  readonly file: string;
  readonly shards: readonly Shard[];
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly warnings: readonly string[];
}

export interface Shard {
  /** Path inside the folder. */
  readonly name: string;
  /** Real path, symbolic links resolved. */
  readonly file: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

const single = 'model.safetensors';
const index = 'model.safetensors.index.json';
const pickled = /\.(?:bin|pt|pth|ckpt|pkl)$/;

/** Names of the files of a folder, sorted. */
export async function listFolder(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw notAFolder(directory, error);
  });
  return names.toSorted();
}

/** Opens model.safetensors, else the shards of its index; where both are there, the one that transformers takes. */
export async function openWeights(directory: string, names: readonly string[]): Promise<OpenedWeights> {
  if (names.includes(single)) {
    const file = join(directory, single);
    const header = await readHeader(file);
    const warnings = names.includes(index) ? [`${directory}: ${single} is used, ${index} and its shards are not.`] : [];
    return { file, shards: [{ name: single, ...header }], tensors: header.tensors, warnings };
  }
  if (names.includes(index)) return { file: join(directory, index), ...(await openShards(directory, index)) };
  const pickles = names.filter((name) => pickled.test(name));
  if (pickles.length > 0) throw weightsOnlyPickled(directory, pickles);
  throw weightsAbsent(
    directory,
    names.filter((name) => name.endsWith('.safetensors')),
  );
}
