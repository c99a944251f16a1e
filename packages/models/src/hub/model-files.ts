/** Which files this program reads of a model on the hub: config, tokenizer, card and weights. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HubRevision, openRevision, type RevisionRequest } from '@linchpin/hub';
import type { JsonObject } from '../read-json.ts';
import { tokenizerFiles, tokenizerLists } from '../tokenizer/tokenizer-source.ts';

/** Names of the one file of all weights and of the index of shards, the format first that is taken where several are there. */
const weightFiles: readonly { readonly single: string; readonly index: string }[] = [
  { single: 'model.safetensors', index: 'model.safetensors.index.json' },
  { single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json' },
];

/** Read of every model that has them; of the files that hold a tokenizer the first list is enough. */
const smallFiles: ReadonlySet<string> = new Set([
  'README.md',
  'chat_template.jinja',
  'generation_config.json',
  ...tokenizerFiles.filter((name) => !tokenizerLists.flat().includes(name)),
]);

/** Whether everything that this program reads is there. Links whose blob is gone count as absent. */
export async function isComplete(snapshot: string): Promise<boolean> {
  const has = (name: string): boolean => existsSync(join(snapshot, name));
  if (!has('config.json') || !tokenizerLists.some((names) => names.every(has))) return false;
  for (const { single, index } of weightFiles) {
    if (has(single)) return true;
    if (has(index)) return (await shardNames(join(snapshot, index))).every(has);
  }
  return false;
}

/** Downloads a model into the cache and gives the folder of its snapshot; files that are there already are left alone. */
export async function downloadModel(request: RevisionRequest): Promise<string> {
  const revision = await openRevision(request);
  const tokenizer = tokenizerLists.find((names) => names.every((name) => revision.paths.includes(name))) ?? [];
  const small = revision.paths.filter((path) => smallFiles.has(path) || tokenizer.includes(path));
  for (const path of small) await revision.fetch(path);
  // A shard that the repository lacks is reported when the checkpoint is opened.
  for (const path of await weightNames(revision)) await revision.fetch(path);
  await revision.finish();
  return revision.snapshot;
}

/** The single file, else the shards of the index, of the first format: repositories often hold the same weights in other files too. */
async function weightNames(revision: HubRevision): Promise<readonly string[]> {
  for (const { single, index: name } of weightFiles) {
    if (revision.paths.includes(single)) return [single];
    const index = await revision.fetch(name);
    if (index !== undefined) return await shardNames(index);
  }
  return [];
}

/** Names of the files that an index of shards lists; what is wrong with a malformed one is said when it is opened. */
async function shardNames(index: string): Promise<string[]> {
  const text = await readFile(index, 'utf8');
  try {
    const { weight_map } = JSON.parse(text) as JsonObject;
    return [...new Set(Object.values(weight_map as Readonly<Record<string, string>>))];
  } catch {
    return [];
  }
}
