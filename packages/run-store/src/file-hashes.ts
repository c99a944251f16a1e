/**
 * The sha256 of files, each known as long as the file is in the state in which it was hashed (file-state.ts): reading a
 * model of 30 GB once more only to know that it is the same takes minutes.
 */
import type { StatementSync } from 'node:sqlite';
import { guarded, type OpenedDatabase } from './transaction.ts';

export class FileHashes {
  readonly #store: OpenedDatabase;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;

  constructor(store: OpenedDatabase) {
    const { database } = store;
    this.#store = store;
    this.#select = database.prepare('SELECT sha256 FROM file_hashes WHERE file = ? AND stamp = ?');
    this.#insert = database.prepare('INSERT OR REPLACE INTO file_hashes VALUES (?, ?, ?)');
  }

  /** `stamp` names the state of the file; undefined when the file was never hashed in this state. */
  get(file: string, stamp: string): string | undefined {
    return guarded(this.#store, () => this.#select.get(file, stamp))?.['sha256'] as string | undefined;
  }

  put(file: string, stamp: string, sha256: string): void {
    guarded(this.#store, () => this.#insert.run(file, stamp, sha256));
  }
}
