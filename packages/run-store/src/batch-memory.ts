/** What batches have given, by key; and who is computing one at the moment. */
import type { StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { BatchOutput } from '@linchpin/plugin-api';
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

export class BatchMemory {
  readonly #store: OpenedDatabase;
  readonly #owner = thisProcess;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #holder: StatementSync;
  readonly #claim: StatementSync;
  readonly #unclaim: StatementSync;

  constructor(store: OpenedDatabase) {
    const { database } = store;
    this.#store = store;
    this.#select = database.prepare(
      'SELECT log_probabilities, greedy_ids, unresolved, activations, checksum FROM batches WHERE key = ?',
    );
    this.#insert = database.prepare(
      `INSERT OR REPLACE INTO batches (key, log_probabilities, greedy_ids, unresolved, activations, checksum)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#holder = database.prepare('SELECT owner, expires FROM claims WHERE key = ?');
    this.#claim = database.prepare(
      `INSERT INTO claims VALUES (?1, ?2, ?3)
       ON CONFLICT (key) DO UPDATE SET owner = ?2, expires = ?3 WHERE owner = ?4`,
    );
    this.#unclaim = database.prepare('DELETE FROM claims WHERE key = ? AND owner = ?');
  }

  /** What the batch gave; undefined when it was never run, or when what was kept is damaged. */
  get(key: Uint8Array): BatchOutput | undefined {
    const stored = guarded(this.#store, () => this.#select.get(key)) as StoredBatch | undefined;
    if (stored === undefined || checksum(stored) !== stored.checksum) return undefined;
    const { log_probabilities, greedy_ids, unresolved, activations } = stored;
    return {
      logProbabilities: new Float32Array(aligned(log_probabilities)),
      greedyIds: new Int32Array(aligned(greedy_ids)),
      ...(unresolved === null ? {} : { unresolved }),
      activations: activations === null ? new Map() : unpackArrays(activations),
    };
  }

  /** Keeps what batches gave, and ends the claims on them; all of it is on the disk when this returns, or nothing. */
  put(outputs: Iterable<readonly [key: Uint8Array, output: BatchOutput]>): void {
    inTransaction(this.#store, () => {
      for (const [key, { logProbabilities, greedyIds, unresolved, activations }] of outputs) {
        const stored = {
          log_probabilities: bytesOf(logProbabilities),
          greedy_ids: bytesOf(greedyIds),
          unresolved: unresolved ?? null,
          activations: activations.size === 0 ? null : packArrays(activations),
        };
        const { log_probabilities, greedy_ids } = stored;
        this.#insert.run(key, log_probabilities, greedy_ids, stored.unresolved, stored.activations, checksum(stored));
        this.#unclaim.run(key, this.#owner);
      }
    });
  }

  /** Whether this process may compute the batch: nobody else does, or whoever did is gone. */
  claim(key: Uint8Array): boolean {
    const held = guarded(this.#store, () => this.#holder.get(key)) as { owner: string; expires: number } | undefined;
    if (held !== undefined && this.#isAtWork(held)) return false;
    const until = Date.now() + claimMilliseconds;
    // The former owner is part of the condition, so that of two who find a void claim only one takes it over.
    const { changes } = guarded(this.#store, () =>
      this.#claim.run(key, this.#owner, until, held?.owner ?? this.#owner),
    );
    return changes === 1;
  }

  /** Gives a claim back whose batch could not be computed. */
  unclaim(key: Uint8Array): void {
    guarded(this.#store, () => this.#unclaim.run(key, this.#owner));
  }

  #isAtWork({ owner, expires }: { readonly owner: string; readonly expires: number }): boolean {
    return owner !== this.#owner && Date.now() <= expires && mayBeAlive(owner);
  }
}

function checksum(stored: Omit<StoredBatch, 'checksum'>): number {
  const { log_probabilities, greedy_ids, unresolved, activations } = stored;
  const parts = [log_probabilities, greedy_ids, unresolved, activations];
  return parts.reduce((sum, part) => (part === null ? sum : crc32(part, sum)), 0);
}
