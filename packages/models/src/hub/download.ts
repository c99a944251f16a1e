/**
 * Downloads what this program reads of a model into the cache: config, tokenizer, card and weights. Requests and
 * redirects are @huggingface/hub's; writing is ours, because the library neither checks what it wrote nor goes on where
 * a download broke off. A file is renamed to its place only after its SHA-256 (of large files) or git object hash (of
 * the others), by which the hub names it, has been found to be right.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { hubAnswerMalformed, hubFileCorrupt, hubFileIncomplete } from './errors.ts';
import { commitHash, shardNames, tokenizerFiles, weightFiles } from './cache.ts';
import { type HubAccess, type HubFile, loadHubLibrary } from './library.ts';

export interface DownloadProgress {
  readonly file: string;
  /** Bytes on disk so far, those of an earlier attempt included. */
  readonly bytes: number;
  readonly total: number;
}

export interface DownloadRequest {
  readonly hubId: string;
  readonly revision: string;
  readonly access: HubAccess;
  /** Folder of the model in the cache. */
  readonly repository: string;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
}

/** A git hash or a SHA-256; what the hub answers becomes part of paths. */
const contentHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

const smallFiles = new Set([
  'README.md',
  'added_tokens.json',
  'config.json',
  'special_tokens_map.json',
  'tokenizer_config.json',
]);

/** Downloads a model and gives the folder of its snapshot; files that are there already are left alone. */
export async function downloadModel(request: DownloadRequest): Promise<string> {
  const { hubId, revision, access, repository } = request;
  const hub = await loadHubLibrary();
  const { sha: commit } = await hub.modelInfo({ ...access, name: hubId, revision, additionalFields: ['sha'] });
  if (!commitHash.test(commit)) throw hubAnswerMalformed(hubId, `the commit ${JSON.stringify(commit)}`);
  const files = new Map<string, HubFile>();
  for await (const entry of hub.listFiles({ ...access, repo: hubId, revision: commit })) {
    if (entry.type === 'file' && basename(entry.path) === entry.path) files.set(entry.path, entry);
  }
  const snapshot = join(repository, 'snapshots', commit);
  await mkdir(snapshot, { recursive: true });
  await mkdir(join(repository, 'blobs'), { recursive: true });
  const place = { ...request, commit, snapshot };
  const tokenizer = tokenizerFiles.find((names) => names.every((name) => files.has(name))) ?? [];
  const small = [...files.keys()].filter((name) => smallFiles.has(name) || tokenizer.includes(name));
  for (const name of small) await fetchFile(place, files.get(name)!);
  for (const name of await weightNames(place, files)) {
    const file = files.get(name);
    // A shard that the repository lacks is reported when the checkpoint is opened.
    if (file !== undefined) await fetchFile(place, file);
  }
  await writeReference(repository, revision, commit);
  return snapshot;
}

interface Place extends DownloadRequest {
  readonly commit: string;
  readonly snapshot: string;
}

/** The single file, else the shards of the index, of the first format: repositories often hold the same weights in other files too. */
async function weightNames(place: Place, files: ReadonlyMap<string, HubFile>): Promise<string[]> {
  for (const { single, index: indexName } of weightFiles) {
    if (files.has(single)) return [single];
    const index = files.get(indexName);
    if (index === undefined) continue;
    await fetchFile(place, index);
    return shardNames(join(place.snapshot, indexName));
  }
  return [];
}

async function fetchFile(place: Place, file: HubFile): Promise<void> {
  const pointer = join(place.snapshot, file.path);
  if (existsSync(pointer)) return;
  const hash = file.lfs?.oid ?? file.oid;
  if (!contentHash.test(hash))
    throw hubAnswerMalformed(`${place.hubId}/${file.path}`, `the hash ${JSON.stringify(hash)}`);
  const blob = join(place.repository, 'blobs', hash);
  if (!existsSync(blob)) {
    const partial = `${blob}.incomplete`;
    const found = await fetchBlob(place, file, partial);
    if (found !== hash) {
      await rm(partial);
      throw hubFileCorrupt(`${place.hubId}/${file.path}`, { found, expected: hash });
    }
    await rename(partial, blob);
  }
  await link(blob, pointer);
}

/** Writes the file, going on where an earlier attempt stopped, and gives the hash of the whole. */
async function fetchBlob(place: Place, file: HubFile, partial: string): Promise<string> {
  const hub = await loadHubLibrary();
  const { hubId, commit, access, onProgress } = place;
  const total = file.size;
  const hash = startHash(file);
  let bytes = await hashPartial(hash, partial, total);
  const incomplete = (cause?: unknown): Error => hubFileIncomplete(`${hubId}/${file.path}`, { bytes, total }, cause);
  // Without xet, the hub's newer protocol: plain requests for ranges are all that going on needs.
  const content = await hub.downloadFile({ ...access, repo: hubId, path: file.path, revision: commit, xet: false });
  if (content === null) throw incomplete();
  const rest = bytes < total ? Readable.fromWeb(content.slice(bytes).stream() as ReadableStream) : Readable.from([]);
  async function* count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      onProgress?.({ file: file.path, bytes, total });
      yield chunk;
    }
  }
  try {
    await pipeline(rest, count, createWriteStream(partial, { flags: bytes > 0 ? 'a' : 'w' }));
  } catch (cause) {
    throw incomplete(cause);
  }
  if (bytes < total) throw incomplete();
  return hash.digest('hex');
}

/** The hub names large files by their SHA-256, the others by the hash of their git object. */
function startHash({ lfs, size }: HubFile): Hash {
  return lfs === undefined ? createHash('sha1').update(`blob ${size}\0`) : createHash('sha256');
}

/** Feeds what an earlier attempt left to the hash, and says how much that was. */
async function hashPartial(hash: Hash, partial: string, total: number): Promise<number> {
  const size = existsSync(partial) ? (await stat(partial)).size : 0;
  if (size === 0 || size > total) return 0;
  for await (const chunk of createReadStream(partial)) hash.update(chunk as Uint8Array);
  return size;
}

/** A relative link, as huggingface_hub makes it; a copy where the system allows no links (Windows). */
async function link(blob: string, pointer: string): Promise<void> {
  await rm(pointer, { force: true });
  await symlink(relative(dirname(pointer), blob), pointer).catch(() => copyFile(blob, pointer));
}

async function writeReference(repository: string, revision: string, commit: string): Promise<void> {
  if (revision === commit) return;
  const reference = join(repository, 'refs', revision);
  await mkdir(dirname(reference), { recursive: true });
  await writeFile(reference, commit);
}
