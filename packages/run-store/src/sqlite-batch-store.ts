import { crc32 } from 'node:zlib';
import type { BatchOutput } from '@linchpin/plugin-api';
import type { BatchStore } from './batch-store.ts';
import { aligned, bytesOf, packArrays, unpackArrays } from './named-arrays.ts';
import { mayBeAlive, thisProcess } from './process-owner.ts';
import { guarded, inTransaction, type OpenedDatabase } from './transaction.ts';

/** After this a claim is void even if its process seems to live: it may be on another machine, or its number reused. */
const claimMilliseconds = 10 * 60_000;

interface StoredBatch {
  readonly log_probabilities: Uint8Array;
  readonly greedy_ids: Uint8Array;
  readonly unresolved: Uint8Array | null;
  readonly activations: Uint8Array | null;
  readonly checksum: number;
}

interface Holder {
  readonly owner: string;
  readonly expires: number;
}

/** Batches in a database. What is put is on the disk when `put` resolves; a claim holds among all processes of all hosts. */
export function sqliteBatchStore(store: OpenedDatabase): BatchStore {
  const { database } = store;
  const select = database.prepare(
    'SELECT log_probabilities, greedy_ids, unresolved, activations, checksum FROM batches WHERE key = ?',
  );
  const insert = database.prepare(
    `INSERT OR REPLACE INTO batches (key, log_probabilities, greedy_ids, unresolved, activations, checksum)
     VALUES (?, ?, ?, ?, ?, ?)`,
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
      const stored = guarded(store, () => select.get(key)) as StoredBatch | undefined;
      return stored === undefined || checksum(stored) !== stored.checksum ? undefined : outputOf(stored);
    },
    async put(outputs) {
      inTransaction(store, () => {
        for (const [key, output] of outputs) {
          const { log_probabilities, greedy_ids, unresolved, activations, checksum: sum } = storedOf(output);
          insert.run(key, log_probabilities, greedy_ids, unresolved, activations, sum);
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

function storedOf({ logProbabilities, greedyIds, unresolved, activations }: BatchOutput): StoredBatch {
  const parts = {
    log_probabilities: bytesOf(logProbabilities),
    greedy_ids: bytesOf(greedyIds),
    unresolved: unresolved ?? null,
    activations: activations.size === 0 ? null : packArrays(activations),
  };
  return { ...parts, checksum: checksum(parts) };
}

function outputOf({ log_probabilities, greedy_ids, unresolved, activations }: StoredBatch): BatchOutput {
  return {
    logProbabilities: new Float32Array(aligned(log_probabilities)),
    greedyIds: new Int32Array(aligned(greedy_ids)),
    ...(unresolved === null ? {} : { unresolved }),
    activations: activations === null ? new Map() : unpackArrays(activations),
  };
}

function checksum(stored: Omit<StoredBatch, 'checksum'>): number {
  const { log_probabilities, greedy_ids, unresolved, activations } = stored;
  const parts = [log_probabilities, greedy_ids, unresolved, activations];
  return parts.reduce((sum, part) => (part === null ? sum : crc32(part, sum)), 0);
}
