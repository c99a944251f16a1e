/** Single numbers that take long to compute, by the hash of what they are computed from. */
import type { StatementSync } from 'node:sqlite';
import { guarded, type OpenedDatabase } from './transaction.ts';

export class NumberMemory {
  readonly #store: OpenedDatabase;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;

  constructor(store: OpenedDatabase) {
    const { database } = store;
    this.#store = store;
    this.#select = database.prepare('SELECT value FROM numbers WHERE key = ?');
    this.#insert = database.prepare('INSERT OR REPLACE INTO numbers VALUES (?, ?)');
  }

  /** The number, or null where that was the result; undefined when it was never computed. */
  get(key: Uint8Array): number | null | undefined {
    return guarded(this.#store, () => this.#select.get(key))?.['value'] as number | null | undefined;
  }

  /** Keeps a finite number, or null. */
  put(key: Uint8Array, value: number | null): void {
    guarded(this.#store, () => this.#insert.run(key, value));
  }
}
