/** Texts that a model has written, by the hash of everything that decides what they are. */
import type { StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { aligned, bytesOf } from './named-arrays.ts';
import { guarded, type OpenedDatabase } from './transaction.ts';

export interface RememberedText {
  readonly ids: readonly number[];
  /** Why it ends. */
  readonly stopped: string;
}

export class TextMemory {
  readonly #store: OpenedDatabase;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;

  constructor(store: OpenedDatabase) {
    const { database } = store;
    this.#store = store;
    this.#select = database.prepare('SELECT ids, stopped, checksum FROM texts WHERE key = ?');
    this.#insert = database.prepare('INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)');
  }

  /** The text; undefined where it was never written, or what is kept of it is damaged. */
  get(key: Uint8Array): RememberedText | undefined {
    const row = guarded(this.#store, () => this.#select.get(key));
    if (row === undefined) return undefined;
    const bytes = row['ids'] as Uint8Array;
    if (crc32(bytes) !== row['checksum']) return undefined;
    return { ids: [...new Int32Array(aligned(bytes))], stopped: row['stopped'] as string };
  }

  put(key: Uint8Array, { ids, stopped }: RememberedText): void {
    const bytes = bytesOf(Int32Array.from(ids));
    guarded(this.#store, () => this.#insert.run(key, bytes, stopped, crc32(bytes)));
  }
}
