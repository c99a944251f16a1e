/**
 * Documents on disk: the draw of C4 asks for any of them in any order, and a shard has hundreds of megabytes of text. They are
 * written once, as they are read, and each is read when it is asked for.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { internalError } from '@linchpin/errors';
import type { Documents } from './documents.ts';

/** Bytes that are written together. */
const together = 2 ** 20;

export class DocumentFile implements Documents {
  readonly #file: string;
  /** Where each document ends; it begins where the one before does. */
  readonly #ends: Float64Array;

  private constructor(file: string, ends: readonly number[]) {
    this.#file = file;
    this.#ends = Float64Array.from(ends);
  }

  /** Writes documents into a file of their own, which must stay as long as they are read. */
  static async write(documents: AsyncIterable<string>, file: string): Promise<DocumentFile> {
    const handle = await open(file, 'w');
    try {
      const ends: number[] = [];
      let waiting: Buffer[] = [];
      let [written, end] = [0, 0];
      const flush = async (): Promise<void> => {
        await handle.appendFile(Buffer.concat(waiting));
        waiting = [];
        written = end;
      };
      for await (const document of documents) {
        const bytes = Buffer.from(document, 'utf8');
        waiting.push(bytes);
        end += bytes.length;
        ends.push(end);
        if (end - written >= together) await flush();
      }
      await flush();
      return new DocumentFile(file, ends);
    } finally {
      await handle.close();
    }
  }

  get length(): number {
    return this.#ends.length;
  }

  at(index: number): string | undefined {
    const end = this.#ends[index];
    if (end === undefined) return undefined;
    const start = this.#ends[index - 1] ?? 0;
    const bytes = Buffer.alloc(end - start);
    const handle = openSync(this.#file, 'r');
    try {
      for (let read = 0; read < bytes.length;) {
        const more = readSync(handle, bytes, read, bytes.length - read, start + read);
        if (more === 0) throw internalError(`${this.#file} has become shorter`);
        read += more;
      }
    } finally {
      closeSync(handle);
    }
    return bytes.toString('utf8');
  }

  *[Symbol.iterator](): Generator<string> {
    for (let index = 0; index < this.length; index++) yield this.at(index)!;
  }
}
