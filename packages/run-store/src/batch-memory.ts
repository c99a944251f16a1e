/** What batches have given, by key; and who is computing one at the moment. */
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { BatchOutput } from '@linchpin/plugin-api';
import { storeNotWritable } from './errors.ts';

/** The part of a batch's output that is worth keeping. */
export type RememberedOutput = Pick<BatchOutput, 'logProbabilities' | 'greedyIds' | 'unresolved'>;

/** After this a claim is void even if its process seems to live: it may be on another machine, or its number reused. */
const claimMilliseconds = 10 * 60_000;

interface StoredBatch {
  readonly log_probabilities: Uint8Array;
  readonly greedy_ids: Uint8Array;
  readonly unresolved: Uint8Array | null;
  readonly checksum: number;
}

export class BatchMemory {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #owner = `${hostname()} ${pid}`;
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #holder: StatementSync;
  readonly #claim: StatementSync;
  readonly #unclaim: StatementSync;

  constructor(database: DatabaseSync, file: string) {
    this.#file = file;
    this.#database = database;
    this.#select = database.prepare(
      'SELECT log_probabilities, greedy_ids, unresolved, checksum FROM batches WHERE key = ?',
    );
    this.#insert = database.prepare('INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?)');
    this.#holder = database.prepare('SELECT owner, expires FROM claims WHERE key = ?');
    this.#claim = database.prepare(
      `INSERT INTO claims VALUES (?1, ?2, ?3)
       ON CONFLICT (key) DO UPDATE SET owner = ?2, expires = ?3 WHERE owner = ?4`,
    );
    this.#unclaim = database.prepare('DELETE FROM claims WHERE key = ? AND owner = ?');
  }

  /** What the batch gave; undefined when it was never run, or when what was kept is damaged. */
  get(key: Uint8Array): RememberedOutput | undefined {
    const stored = this.#guard(() => this.#select.get(key)) as StoredBatch | undefined;
    if (stored === undefined || checksum(stored) !== stored.checksum) return undefined;
    const { log_probabilities, greedy_ids, unresolved } = stored;
    return {
      logProbabilities: new Float32Array(aligned(log_probabilities)),
      greedyIds: new Int32Array(aligned(greedy_ids)),
      ...(unresolved === null ? {} : { unresolved }),
    };
  }

  /** Keeps what a batch gave, and ends the claim on it; on the disk when this returns. */
  put(key: Uint8Array, output: RememberedOutput): void {
    const { logProbabilities, greedyIds, unresolved } = output;
    const stored = {
      log_probabilities: bytesOf(logProbabilities),
      greedy_ids: bytesOf(greedyIds),
      unresolved: unresolved ?? null,
    };
    this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        this.#insert.run(key, stored.log_probabilities, stored.greedy_ids, stored.unresolved, checksum(stored));
        this.#unclaim.run(key, this.#owner);
        this.#database.exec('COMMIT');
      } catch (error) {
        this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Whether this process may compute the batch: nobody else does, or whoever did is gone. */
  claim(key: Uint8Array): boolean {
    const held = this.#guard(() => this.#holder.get(key)) as { owner: string; expires: number } | undefined;
    if (held !== undefined && this.#isAtWork(held)) return false;
    const until = Date.now() + claimMilliseconds;
    // The former owner is part of the condition, so that of two who find a void claim only one takes it over.
    const { changes } = this.#guard(() => this.#claim.run(key, this.#owner, until, held?.owner ?? this.#owner));
    return changes === 1;
  }

  /** Gives a claim back whose batch could not be computed. */
  unclaim(key: Uint8Array): void {
    this.#guard(() => this.#unclaim.run(key, this.#owner));
  }

  #isAtWork({ owner, expires }: { readonly owner: string; readonly expires: number }): boolean {
    if (owner === this.#owner || Date.now() > expires) return false;
    const [host, process] = owner.split(' ');
    return host !== hostname() || isRunning(Number(process));
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeNotWritable(this.#file, error);
    }
  }
}

function isRunning(process: number): boolean {
  try {
    return kill(process, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function checksum({ log_probabilities, greedy_ids, unresolved }: Omit<StoredBatch, 'checksum'>): number {
  return crc32(unresolved ?? new Uint8Array(), crc32(greedy_ids, crc32(log_probabilities)));
}

function bytesOf(numbers: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** SQLite's bytes begin anywhere; numbers of four bytes may not. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}
