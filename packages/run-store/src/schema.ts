/** The tables of a store. A change of them is one more entry here: a store of any earlier version is brought up to date. */
import type { DatabaseSync } from 'node:sqlite';
import { newerSchema } from './errors.ts';

/** Entry n brings a store from version n to n + 1. */
const migrations: readonly string[] = [
  `CREATE TABLE batches (
     key BLOB PRIMARY KEY,               -- sha256 of the model's identity and the batch
     log_probabilities BLOB NOT NULL,    -- float32, little-endian
     greedy_ids BLOB NOT NULL,           -- int32, little-endian
     unresolved BLOB,                    -- uint8; NULL where the model's edits decide everything
     checksum INTEGER NOT NULL           -- crc32 over the three
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE claims (
     key BLOB PRIMARY KEY,
     owner TEXT NOT NULL,                -- host and process that compute the batch
     expires INTEGER NOT NULL            -- milliseconds since 1970
   ) STRICT, WITHOUT ROWID;`,
];

export const schemaVersion: number = migrations.length;

/** Brings a store to this version's schema; a newer one is an error, and stays as it is. */
export function migrate(database: DatabaseSync, file: string): void {
  const found = database.prepare('PRAGMA user_version').get()!['user_version'] as number;
  if (found > schemaVersion) throw newerSchema(file, found, schemaVersion);
  if (found === schemaVersion) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have migrated between the question and the lock.
    const current = database.prepare('PRAGMA user_version').get()!['user_version'] as number;
    for (const migration of migrations.slice(current)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${schemaVersion}; COMMIT`);
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
