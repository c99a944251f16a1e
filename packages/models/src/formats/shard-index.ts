/** Weights in one file, or sharded: an index says which file holds which tensor. */
import { access } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { StoredTensor } from '@linchpin/safetensors';
import pLimit from 'p-limit';
import { indexMalformed, shardAbsent, shardOutsideFolder, tensorNotInShard } from '../errors.ts';
import { listNames } from '../list-names.ts';
import { folderTexts } from '../checkpoint-texts.ts';
import { isJsonObject, readJsonObject } from '../read-json.ts';
import type { OpenedWeights, Shard } from './weight-format.ts';

/** Headers read at the same time. */
const concurrency = 4;

/** How a format calls its files, and what reads which tensors one of them has. */
export interface ShardedFiles {
  /** The name of the file that holds all weights. */
  readonly whole: string;
  /** The name of the index of shards. */
  readonly index: string;
  readonly readHeader: (file: string) => Promise<Omit<Shard, 'name'>>;
}

/** Opens the whole file, else the shards of the index; where both are there, the one that transformers takes. */
export async function openWholeOrShards(
  directory: string,
  names: readonly string[],
  { whole, index, readHeader }: ShardedFiles,
): Promise<OpenedWeights> {
  if (!names.includes(whole))
    return { file: join(directory, index), ...(await openShards(directory, index, readHeader)) };
  const file = join(directory, whole);
  const shard = { name: whole, ...(await readHeader(file)) };
  const warnings = names.includes(index) ? [`${directory}: ${whole} is used, ${index} and its shards are not.`] : [];
  return { file, shards: [shard], tensors: shard.tensors, warnings };
}

/** Opens all shards that the index names. No file is touched before every name is known to stay in the folder. */
async function openShards(
  directory: string,
  index: string,
  readHeader: ShardedFiles['readHeader'],
): Promise<Omit<OpenedWeights, 'file'>> {
  const file = join(directory, index);
  const weightMap = await readWeightMap(directory, index);
  const names = [...new Set(weightMap.values())].toSorted();
  for (const name of names) if (!staysInside(name)) throw shardOutsideFolder(file, name);
  for (const name of names) {
    await access(join(directory, name)).catch(() => {
      throw shardAbsent(file, name, namesIn(weightMap, name));
    });
  }
  const limit = pLimit(concurrency);
  const shards = await limit.map(names, async (name): Promise<Shard> => ({
    name,
    ...(await readHeader(join(directory, name))),
  }));
  return { shards, ...matchTensors(weightMap, shards, file) };
}

async function readWeightMap(directory: string, index: string): Promise<Map<string, string>> {
  const file = join(directory, index);
  const { weight_map: weightMap } = await readJsonObject(folderTexts(directory), index, () =>
    indexMalformed(file, 'a file that cannot be read'),
  );
  if (!isJsonObject(weightMap))
    throw indexMalformed(file, weightMap === undefined ? 'no weight_map' : 'a weight_map that is no object');
  const entries = Object.entries(weightMap).map(([tensor, shard]): [string, string] => {
    if (typeof shard !== 'string') throw indexMalformed(file, `${JSON.stringify(shard)} as the file of ${tensor}`);
    return [tensor, shard];
  });
  if (entries.length === 0) throw indexMalformed(file, 'an empty weight_map');
  return new Map(entries);
}

/** Both separators count on every platform: an index is written on one and read on another. */
function staysInside(name: string): boolean {
  if (isAbsolute(name) || /^[A-Za-z]:/.test(name)) return false;
  const path = relative('', name.replaceAll('\\', '/'));
  return path !== '' && path.split(sep)[0] !== '..';
}

function matchTensors(
  weightMap: ReadonlyMap<string, string>,
  shards: readonly Shard[],
  file: string,
): Pick<OpenedWeights, 'tensors' | 'warnings'> {
  const byName = new Map(shards.map((shard) => [shard.name, shard]));
  const tensors = new Map<string, StoredTensor>();
  for (const [tensor, named] of weightMap) {
    const stored = byName.get(named)?.tensors.get(tensor);
    if (stored === undefined) {
      const holder = shards.find((shard) => shard.tensors.has(tensor))?.name;
      throw tensorNotInShard(file, tensor, { named, holder });
    }
    tensors.set(tensor, stored);
  }
  const unplaced: string[] = [];
  for (const shard of shards) {
    for (const [name, stored] of shard.tensors) {
      if (weightMap.get(name) === shard.name) continue;
      unplaced.push(`${name} in ${shard.name}`);
      if (!tensors.has(name)) tensors.set(name, stored);
    }
  }
  const warnings =
    unplaced.length === 0 ? [] : [`${file}: no entry places ${listNames(unplaced)}, where the files have them.`];
  return { tensors, warnings };
}

function namesIn(weightMap: ReadonlyMap<string, string>, shard: string): string[] {
  return [...weightMap].filter(([, name]) => name === shard).map(([tensor]) => tensor);
}
