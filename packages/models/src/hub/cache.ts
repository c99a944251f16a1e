/**
 * The cache in which huggingface_hub keeps checkpoints, so that a model downloaded by either program serves both:
 * `models--org--name/` with `refs/<revision>` (a commit), `blobs/<hash>`, and `snapshots/<commit>/<file>`, links into
 * `blobs` (huggingface.co/docs/huggingface_hub/guides/manage-cache).
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { JsonObject } from '../read-json.ts';
import { olderTokenizerFiles } from '../tokenizer/tokenizer-source.ts';

/** The folder of one model. */
export function repositoryFolder(cache: string, hubId: string): string {
  return join(cache, `models--${hubId.replace('/', '--')}`);
}

export const commitHash: RegExp = /^[0-9a-f]{40}$/;

/** The snapshot of a revision, which may be incomplete; undefined where nothing of it has been downloaded. */
export async function findSnapshot(repository: string, revision: string): Promise<string | undefined> {
  const reference = readFile(join(repository, 'refs', revision), 'utf8').catch(() => undefined);
  const commit = commitHash.test(revision) ? revision : (await reference)?.trim();
  if (commit === undefined || !commitHash.test(commit)) return undefined;
  const snapshot = join(repository, 'snapshots', commit);
  return existsSync(snapshot) ? snapshot : undefined;
}

/** Names of the one file of all weights and of the index of shards, the format first that is taken where several are there. */
export const weightFiles: readonly { readonly single: string; readonly index: string }[] = [
  { single: 'model.safetensors', index: 'model.safetensors.index.json' },
  { single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json' },
];

/** Files that hold a tokenizer, one list or another; the first that is whole is taken. */
export const tokenizerFiles: readonly (readonly string[])[] = [['tokenizer.json'], ...olderTokenizerFiles];

/** Whether everything that this program reads is there. Links whose blob is gone count as absent. */
export async function isComplete(snapshot: string): Promise<boolean> {
  const has = (name: string): boolean => existsSync(join(snapshot, name));
  if (!has('config.json') || !tokenizerFiles.some((names) => names.every(has))) return false;
  for (const { single, index } of weightFiles) {
    if (has(single)) return true;
    if (has(index)) return (await shardNames(join(snapshot, index))).every(has);
  }
  return false;
}

/** Names of the files that an index of shards lists; what is wrong with a malformed one is said when it is opened. */
export async function shardNames(index: string): Promise<string[]> {
  const text = await readFile(index, 'utf8');
  try {
    const { weight_map } = JSON.parse(text) as JsonObject;
    return [...new Set(Object.values(weight_map as Readonly<Record<string, string>>))];
  } catch {
    return [];
  }
}

/** Which model and commit a folder holds, when it is a snapshot of a cache. */
export function identifySnapshot(directory: string): { readonly hubId: string; readonly revision: string } | undefined {
  const snapshots = dirname(directory);
  const name = /^models--(?<owner>[^/]+?)--(?<name>[^/]+)$/.exec(basename(dirname(snapshots)))?.groups;
  if (basename(snapshots) !== 'snapshots' || name === undefined) return undefined;
  return { hubId: `${name['owner']}/${name['name']}`, revision: basename(directory) };
}
