/** What a store gives to another, and takes from it: batches as they lie, units of work, and what else is remembered. */
import type { StatementSync } from 'node:sqlite';
import { isSound, type StoredBatch } from '../stored-batch.ts';
import { guarded, inTransaction, type OpenedDatabase } from '../transaction.ts';
import { recordId } from './origin.ts';

export interface CarriedBatch extends StoredBatch {
  readonly key: Uint8Array;
  /** JSON of an `Origin`; null where nobody said. */
  readonly origin: string | null;
}

/** A unit of a plan whose batches are all there. */
export interface WorkUnit {
  readonly plan: string;
  readonly cell: number;
  readonly unit: number;
  /** Of its batches, 32 bytes each. */
  readonly keys: Uint8Array;
}

export interface CarriedNumber {
  readonly key: Uint8Array;
  readonly value: number | null;
}

export interface CarriedText {
  readonly key: Uint8Array;
  readonly ids: Uint8Array;
  readonly stopped: string;
  readonly checksum: number;
}

const columns = `key, log_probabilities, greedy_ids, unresolved, activations, checksum,
  (SELECT record FROM origins WHERE id = batches.origin) AS origin`;

export class CarriedBatches {
  readonly #store: OpenedDatabase;
  readonly #select: StatementSync;

  constructor(store: OpenedDatabase) {
    this.#store = store;
    this.#select = store.database.prepare(`SELECT ${columns} FROM batches WHERE key = ?`);
  }

  /** The file that errors name. */
  get file(): string {
    return this.#store.file;
  }

  /** Every batch, one after the other by its key; never more than one of them is held. */
  all(): IterableIterator<CarriedBatch> {
    return this.#each<CarriedBatch>(`SELECT ${columns} FROM batches ORDER BY key`);
  }

  /** The batches that a run asked for, as far as the store has them. */
  ofRun(id: string): IterableIterator<CarriedBatch> {
    return this.#each<CarriedBatch>(
      `SELECT ${columns} FROM batches WHERE key IN (SELECT key FROM run_batches WHERE run = ?) ORDER BY key`,
      id,
    );
  }

  get(key: Uint8Array): CarriedBatch | undefined {
    return guarded(this.#store, () => this.#select.get(key)) as CarriedBatch | undefined;
  }

  /** Whether it is there as it was written. */
  hasSound(key: Uint8Array): boolean {
    const batch = this.get(key);
    return batch !== undefined && isSound(batch);
  }

  units(): IterableIterator<WorkUnit> {
    return this.#each<WorkUnit>('SELECT plan, cell, unit, keys FROM work_units ORDER BY plan, cell, unit');
  }

  /** The units of one plan. */
  unitsOf(plan: string): IterableIterator<WorkUnit> {
    return this.#each<WorkUnit>(
      'SELECT plan, cell, unit, keys FROM work_units WHERE plan = ? ORDER BY cell, unit',
      plan,
    );
  }

  numbers(): IterableIterator<CarriedNumber> {
    return this.#each<CarriedNumber>('SELECT key, value FROM numbers ORDER BY key');
  }

  texts(): IterableIterator<CarriedText> {
    return this.#each<CarriedText>('SELECT key, ids, stopped, checksum FROM texts ORDER BY key');
  }

  /** Keeps batches, in the place of those of their keys. */
  put(batches: readonly CarriedBatch[]): void {
    const { database } = this.#store;
    const insert = database.prepare(
      `INSERT OR REPLACE INTO batches (key, log_probabilities, greedy_ids, unresolved, activations, checksum, origin)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.inOne(() => {
      for (const { key, log_probabilities, greedy_ids, unresolved, activations, checksum, origin } of batches) {
        const from = origin === null ? null : recordId(database, origin);
        insert.run(key, log_probabilities, greedy_ids, unresolved, activations, checksum, from);
      }
    });
  }

  remove(key: Uint8Array): void {
    guarded(this.#store, () => this.#store.database.prepare('DELETE FROM batches WHERE key = ?').run(key));
  }

  putUnits(units: readonly WorkUnit[]): void {
    const insert = this.#store.database.prepare('INSERT OR REPLACE INTO work_units VALUES (?, ?, ?, ?)');
    this.inOne(() => units.forEach(({ plan, cell, unit, keys }) => insert.run(plan, cell, unit, keys)));
  }

  putNumbers(numbers: readonly CarriedNumber[]): void {
    const insert = this.#store.database.prepare('INSERT OR IGNORE INTO numbers VALUES (?, ?)');
    this.inOne(() => numbers.forEach(({ key, value }) => insert.run(key, value)));
  }

  putTexts(texts: readonly CarriedText[]): void {
    const insert = this.#store.database.prepare('INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?)');
    this.inOne(() => texts.forEach(({ key, ids, stopped, checksum }) => insert.run(key, ids, stopped, checksum)));
  }

  /** Everything in it is on the disk together, or nothing of it; inside of another one, with the other. */
  inOne<T>(work: () => T): T {
    return this.#store.database.isTransaction ? work() : inTransaction(this.#store, work);
  }

  *#each<Row>(sql: string, ...values: string[]): Generator<Row, void, void> {
    const rows = guarded(this.#store, () => this.#store.database.prepare(sql).iterate(...values));
    for (;;) {
      const next = guarded(this.#store, () => rows.next());
      if (next.done === true) return;
      yield next.value as unknown as Row;
    }
  }
}
