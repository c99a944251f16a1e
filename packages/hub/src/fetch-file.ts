/** One file of a repository: from the hub to its place in the cache, checked on the way. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { isLinchpinError } from '@linchpin/errors';
import { makeFolders } from '@linchpin/files';
import {
  hubAnswerMalformed,
  hubFileCorrupt,
  hubFileIncomplete,
  hubFileLength,
  hubRefused,
  type Wanted,
} from './errors.ts';
import type { HubAccess, HubFile } from './library.ts';
import { patientFetch } from './patient-fetch.ts';

export interface DownloadProgress {
  readonly file: string;
  /** Bytes on disk so far, those of an earlier attempt included. */
  readonly bytes: number;
  readonly total: number;
}

export interface Place extends Wanted {
  readonly commit: string;
  /** Folder of the repository in the cache. */
  readonly folder: string;
  readonly access: HubAccess;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
}

/** A git hash or a SHA-256; what the hub answers becomes part of paths. */
const contentHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Gives where the file is in its snapshot; one that is there already is left alone. */
export async function fetchFile(place: Place, file: HubFile): Promise<string> {
  const pointer = join(place.folder, 'snapshots', place.commit, file.path);
  if (existsSync(pointer)) return pointer;
  const name = `${place.repository.name}/${file.path}`;
  const hash = file.lfs?.oid ?? file.oid;
  if (!contentHash.test(hash))
    throw hubAnswerMalformed(name, `the hash ${JSON.stringify(hash)}`, 'a hash in hexadecimal digits');
  if (!(Number.isSafeInteger(file.size) && file.size >= 0))
    throw hubAnswerMalformed(name, `the size ${JSON.stringify(file.size)}`, 'a number of bytes');
  const blob = join(place.folder, 'blobs', hash);
  if (!existsSync(blob)) {
    makeFolders(dirname(blob));
    const partial = `${blob}.incomplete`;
    const found = await fetchBlob(place, file, { name, partial });
    if (found !== hash) {
      await rm(partial, { force: true });
      throw hubFileCorrupt(name, { found, expected: hash });
    }
    await rename(partial, blob);
  }
  makeFolders(dirname(pointer));
  await link(blob, pointer);
  return pointer;
}

/** Writes the file, going on where an earlier attempt stopped, and gives the hash of the whole. */
async function fetchBlob(
  place: Place,
  file: HubFile,
  { name, partial }: { readonly name: string; readonly partial: string },
): Promise<string> {
  const total = file.size;
  // The parts of models are told apart by their names, those of data sets are called alike.
  const shown = place.repository.type === 'model' ? file.path : name;
  let hash = startHash(file);
  let bytes = await hashPartial(hash, partial, total);
  if (bytes === total && total > 0) return hash.digest('hex');
  const response = await ask(place, file, bytes);
  if (bytes > 0 && response.status !== 206) [hash, bytes] = [startHash(file), 0];
  const announced = Number(response.headers.get('content-length') ?? Number.NaN);
  if (announced > total - bytes && !response.headers.has('content-encoding')) {
    await response.body?.cancel();
    throw hubFileLength(name, `${bytes + announced} bytes`, total);
  }
  const rest = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as ReadableStream);
  async function* count(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes > total) throw hubFileLength(name, `more than ${total} bytes`, total);
      place.onProgress?.({ file: shown, bytes, total });
      yield chunk;
    }
  }
  try {
    await pipeline(rest, count, createWriteStream(partial, { flags: bytes > 0 ? 'a' : 'w' }));
  } catch (cause) {
    if (!isLinchpinError(cause)) throw hubFileIncomplete(name, { bytes, total }, cause);
    await rm(partial, { force: true });
    throw cause;
  }
  if (bytes < total) throw hubFileIncomplete(name, { bytes, total }, undefined);
  return hash.digest('hex');
}

/** Asks for the file from a byte on; a server that knows no ranges answers with all of it. */
async function ask(place: Place, { path, size }: HubFile, start: number): Promise<Response> {
  const { repository, commit, access, signal } = place;
  const names = [...repository.name.split('/'), 'resolve', commit, ...path.split('/')];
  const address = [...(repository.type === 'dataset' ? ['datasets'] : []), ...names.map(encodeURIComponent)].join('/');
  const response = await patientFetch(signal)(`${access.hubUrl}/${address}`, {
    headers: {
      // What is counted and hashed are the bytes of the file.
      'Accept-Encoding': 'identity',
      ...(start === 0 ? {} : { Range: `bytes=${start}-${size - 1}` }),
      ...(access.accessToken === undefined ? {} : { Authorization: `Bearer ${access.accessToken}` }),
    },
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw hubRefused(place, { status: response.status, message: `${path}: ${response.statusText}` });
}

/** The hub names large files by their SHA-256, the others by the hash of their git object. */
function startHash({ lfs, size }: Pick<HubFile, 'lfs' | 'size'>): Hash {
  return lfs === undefined ? createHash('sha1').update(`blob ${size}\0`) : createHash('sha256');
}

/**
 * Compares a file of the cache with the hash that its blob is named by; undefined where it is a copy, which has no such name.
 */
export async function checkCachedFile(
  file: string,
): Promise<{ readonly found: string; readonly expected: string } | undefined> {
  const blob = await realpath(file);
  const expected = basename(blob);
  if (basename(dirname(blob)) !== 'blobs' || !contentHash.test(expected)) return undefined;
  const size = (await stat(blob)).size;
  const hash = startHash({ size, ...(expected.length === 64 ? { lfs: { oid: expected } } : {}) });
  for await (const chunk of createReadStream(blob)) hash.update(chunk as Uint8Array);
  return { found: hash.digest('hex'), expected };
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
