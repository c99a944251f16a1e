/**
 * The run store: one SQLite database in a folder. Every finished batch is on the disk before the next one begins
 * (write-ahead log, synchronous = FULL), so a kill or a power cut loses the batch under way and nothing else.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { internalError, isLinchpinError } from '@linchpin/errors';
import { makeFolders } from '@linchpin/files';
import { AskedKeys } from './asked-keys.ts';
import type { BatchStore } from './batch-store.ts';
import { CarriedBatches } from './carried/carried-batches.ts';
import type { Origin } from './carried/origin.ts';
import { storeNotWritable } from './errors.ts';
import { FileHashes } from './file-hashes.ts';
import { NumberMemory } from './number-memory.ts';
import { RunLog } from './runs/run-log.ts';
import { migrate } from './schema.ts';
import { sqliteBatchStore } from './sqlite-batch-store.ts';
import { TextMemory } from './text-memory.ts';

export interface RunStore {
  readonly file: string;
  readonly batches: BatchStore;
  readonly numbers: NumberMemory;
  readonly texts: TextMemory;
  readonly fileHashes: FileHashes;
  readonly runs: RunLog;
  /** What lies in it, as it is carried from store to store. */
  readonly carried: CarriedBatches;
  /** Where a damaged store was moved to, when this one had to be begun anew. */
  readonly movedAside: string | undefined;
  close(): void;
}

/** SQLite's result codes for content that is not, or no longer, a database. */
const busy = 5;
const corrupt = 11;
const notADatabase = 26;
const damaged = new Set([corrupt, notADatabase]);

/** Milliseconds to wait for another process, and between two attempts. */
const busyTimeout = 10_000;
const pauseMilliseconds = 20;

export interface OpenStoreOptions {
  /** What is noted beside batches that are kept from now on. */
  readonly origin?: Origin;
}

/** Opens the store of a folder, which is made when it is not there. A damaged one is moved aside, never deleted. */
export function openRunStore(folder: string, { origin }: OpenStoreOptions = {}): RunStore {
  const file = join(folder, 'store.sqlite');
  try {
    makeFolders(folder);
    return { ...openDatabase(file, origin), movedAside: undefined };
  } catch (error) {
    if (isLinchpinError(error)) throw error;
    if (!damaged.has(resultCode(error))) throw storeNotWritable(file, error);
    const movedAside = moveAside(file);
    return { ...openDatabase(file, origin), movedAside };
  }
}

/** Two processes that make one store at the same time: SQLite does not wait when the journal's mode changes, so we do. */
function openDatabase(file: string, origin: Origin | undefined): Omit<RunStore, 'movedAside'> {
  const giveUp = Date.now() + busyTimeout;
  for (;;) {
    try {
      return openOnce(file, origin);
    } catch (error) {
      if (resultCode(error) !== busy || Date.now() > giveUp) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMilliseconds);
    }
  }
}

function openOnce(file: string, origin: Origin | undefined): Omit<RunStore, 'movedAside'> {
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeout}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`);
    const [problem] = Object.values(database.prepare('PRAGMA quick_check(1)').get()!);
    if (problem !== 'ok') throw Object.assign(internalError(String(problem)), { errcode: corrupt });
    migrate(database, file);
    const store = { database, file };
    const asked = new AskedKeys();
    return {
      file,
      batches: sqliteBatchStore(store, { asked, origin }),
      numbers: new NumberMemory(store),
      texts: new TextMemory(store),
      fileHashes: new FileHashes(store),
      runs: new RunLog(store, asked),
      carried: new CarriedBatches(store),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The primary result code of an error of SQLite, which may carry an extended one. */
function resultCode(error: unknown): number {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0;
  return code & 0xff;
}

function moveAside(file: string): string {
  const aside = file.replace('.sqlite', `.damaged-${new Date().toISOString().replaceAll(':', '-')}.sqlite`);
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      renameSync(file + suffix, aside + suffix);
    } catch (error) {
      if (suffix === '') throw storeNotWritable(file, error);
    }
  }
  return aside;
}
