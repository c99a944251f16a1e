/** Writes a run of bytes as files of at most a given size, each known by its hash. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedFile } from './manifest.ts';

/** Small enough for hosts of static files, and for a download that goes on where it broke off. */
const partBytes: number = 16 * 2 ** 20;

export class NumberedParts {
  readonly files: ListedFile[] = [];
  readonly #folder: string;
  readonly #stem: string;
  #pending: Uint8Array[] = [];
  #size = 0;

  /** Files are `<stem>-<number>-<hash>.bin` in the folder. */
  constructor(folder: string, stem: string) {
    this.#folder = folder;
    this.#stem = stem;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + partBytes - this.#size);
      // The caller may use its array again.
      this.#pending.push(piece.slice());
      this.#size += piece.length;
      at += piece.length;
      if (this.#size === partBytes) await this.end();
    }
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.#size === 0) return;
    const bytes = Buffer.concat(this.#pending);
    [this.#pending, this.#size] = [[], 0];
    this.files.push(await writeHashed(this.#folder, { stem: `${this.#stem}-${this.files.length}`, end: 'bin', bytes }));
  }
}

/** Writes a file that its hash is part of the name of: whoever has a file of this name has these bytes. */
export async function writeHashed(
  folder: string,
  { stem, end, bytes }: { readonly stem: string; readonly end: string; readonly bytes: Uint8Array },
): Promise<ListedFile> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = `${stem}-${sha256.slice(0, 12)}.${end}`;
  await writeFile(join(folder, file), bytes);
  return { file: `model/${file}`, bytes: bytes.length, sha256 };
}
