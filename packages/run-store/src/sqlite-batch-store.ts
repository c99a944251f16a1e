import type { AskedKeys } from './asked-keys.ts';
import type { BatchStore } from './batch-store.ts';
import { type Origin, originId } from './carried/origin.ts';
import { mayBeAlive, thisProcess } from './process-owner.ts';
import { isSound, outputOf, type StoredBatch, storedOf } from './stored-batch.ts';
import { guarded, inTransaction, type OpenedDatabase } from './transaction.ts';

/** After this a claim is void even if its process seems to live: it may be on another machine, or its number reused. */
const claimMilliseconds = 10 * 60_000;

interface Holder {
  readonly owner: string;
  readonly expires: number;
}

export interface SqliteBatches {
  /** Is told of every batch that is asked for or kept. */
  readonly asked: AskedKeys;
  /** Where batches that are kept were computed. */
  readonly origin: Origin | undefined;
}

/** Batches in a database. What is put is on the disk when `put` resolves; a claim holds among all processes of all hosts. */
export function sqliteBatchStore(store: OpenedDatabase, { asked, origin }: SqliteBatches): BatchStore {
  const { database } = store;
  let from: number | null = null;
  const select = database.prepare(
    'SELECT log_probabilities, greedy_ids, unresolved, activations, checksum FROM batches WHERE key = ?',
  );
  const insert = database.prepare(
    `INSERT OR REPLACE INTO batches (key, log_probabilities, greedy_ids, unresolved, activations, checksum, origin)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectHolder = database.prepare('SELECT owner, expires FROM claims WHERE key = ?');
  const takeClaim = database.prepare(
    // Not numbered placeholders, which Node 22.18 and 24.0 cannot bind.
    `INSERT INTO claims VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, expires = excluded.expires WHERE owner = ?`,
  );
  const deleteClaim = database.prepare('DELETE FROM claims WHERE key = ? AND owner = ?');
  return {
    async get(key) {
      asked.note(key);
      const stored = guarded(store, () => select.get(key)) as StoredBatch | undefined;
      return stored === undefined || !isSound(stored) ? undefined : outputOf(stored);
    },
    async put(outputs) {
      inTransaction(store, () => {
        if (origin !== undefined) from ??= originId(database, origin);
        for (const [key, output] of outputs) {
          asked.note(key);
          const { log_probabilities, greedy_ids, unresolved, activations, checksum: sum } = storedOf(output);
          insert.run(key, log_probabilities, greedy_ids, unresolved, activations, sum, from);
          deleteClaim.run(key, thisProcess);
        }
      });
    },
    async claim(key) {
      const held = guarded(store, () => selectHolder.get(key)) as Holder | undefined;
      if (held !== undefined && isAtWork(held)) return false;
      const until = Date.now() + claimMilliseconds;
      // The former owner is part of the condition, so that of two who find a void claim only one takes it over.
      const { changes } = guarded(store, () => takeClaim.run(key, thisProcess, until, held?.owner ?? thisProcess));
      return changes === 1;
    },
    async unclaim(key) {
      guarded(store, () => deleteClaim.run(key, thisProcess));
    },
  };
}

/** Whether another process is computing. */
function isAtWork({ owner, expires }: Holder): boolean {
  return owner !== thisProcess && Date.now() <= expires && mayBeAlive(owner);
}
