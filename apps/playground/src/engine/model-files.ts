/** The files of the model, from the browser's cache or from where the page lies, checked by their hashes. */
import type { ListedFile } from '@linchpin/playground';
import { fileDamaged, fileNotLoaded } from './errors.ts';

/** Files have their hashes in their names, so that what is cached is never out of date. */
const cacheName = 'linchpin-playground';

export interface LoadProgress {
  /** Bytes of the model that are there, and all of them. */
  readonly loaded: number;
  readonly total: number;
  /** Bytes of `loaded` that came from the browser's cache. */
  readonly cached: number;
}

export class ModelFiles {
  readonly #base: string;
  readonly #onProgress: (progress: LoadProgress) => void;
  readonly #total: number;
  #loaded = 0;
  #cached = 0;

  /** `base` is the address of the page; `total` the bytes of all files that will be asked for. */
  constructor(base: string, total: number, onProgress: (progress: LoadProgress) => void) {
    this.#base = base;
    this.#total = total;
    this.#onProgress = onProgress;
  }

  async text(file: ListedFile): Promise<string> {
    return new TextDecoder().decode(await this.bytes(file));
  }

  /** Throws where the bytes are not those that were listed. */
  async bytes(file: ListedFile): Promise<Uint8Array<ArrayBuffer>> {
    const url = new URL(file.file, this.#base).href;
    const cache = await openCache();
    const known = await cache?.match(url);
    if (known !== undefined) {
      const bytes = new Uint8Array(await known.arrayBuffer());
      if (bytes.length === file.bytes) {
        this.#count(bytes.length, true);
        return bytes;
      }
      await cache?.delete(url);
    }
    const bytes = await this.#download(url, file);
    // A full disk, or a browser that keeps nothing, must not keep the model from running.
    await cache?.put(url, new Response(bytes)).catch(() => {});
    return bytes;
  }

  async #download(url: string, { file, bytes: size, sha256 }: ListedFile): Promise<Uint8Array<ArrayBuffer>> {
    const response = await fetch(url);
    if (!response.ok || response.body === null) throw fileNotLoaded(file, response);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > size) throw fileDamaged(file, `more than ${size} bytes`, size);
      bytes.set(value, at);
      at += value.length;
      this.#count(value.length, false);
    }
    if (at !== size) throw fileDamaged(file, `${at} bytes`, size);
    if (!(await hasHash(bytes, sha256))) throw fileDamaged(file, `${size} bytes with another hash`, size);
    return bytes;
  }

  #count(bytes: number, isCached: boolean): void {
    this.#loaded += bytes;
    if (isCached) this.#cached += bytes;
    this.#onProgress({ loaded: this.#loaded, total: this.#total, cached: this.#cached });
  }
}

/** Undefined where the browser has none, as in a page without https. */
async function openCache(): Promise<Cache | undefined> {
  if (!('caches' in globalThis)) return undefined;
  return await caches.open(cacheName).catch(() => undefined);
}

/** Pages without https cannot ask; the length has been compared by then. */
async function hasHash(bytes: Uint8Array<ArrayBuffer>, sha256: string): Promise<boolean> {
  if (!('subtle' in crypto)) return true;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') === sha256;
}
