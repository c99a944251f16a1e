/** The tables of a store. A change of them is one more entry here: a store of any earlier version is brought up to date. */
import type { DatabaseSync } from 'node:sqlite';
import { newerSchema } from './errors.ts';

/** Entry n brings a store from version n to n + 1. */
export const migrations: readonly string[] = [
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
  `CREATE TABLE runs (
     id TEXT PRIMARY KEY,
     status TEXT NOT NULL,               -- one of the contract's; of a killed run it stays 'running'
     owner TEXT NOT NULL,                -- host and process that the run is in
     seen INTEGER NOT NULL,              -- milliseconds since 1970, of the last sign of life
     record TEXT NOT NULL                -- JSON: command, times, environment
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE run_parts (
     run TEXT NOT NULL,
     part INTEGER NOT NULL,              -- from 0
     items INTEGER NOT NULL,
     rows BLOB NOT NULL,                 -- JSON of the rows of numbers, zstd
     checksum INTEGER NOT NULL,          -- crc32 over the rows
     PRIMARY KEY (run, part)
   ) STRICT;
   CREATE TABLE run_questions (
     key BLOB PRIMARY KEY,               -- sha256 of the JSON
     questions BLOB NOT NULL             -- JSON of what the items of a block were asked, zstd
   ) STRICT;
   CREATE TABLE run_blocks (
     run TEXT NOT NULL,
     part INTEGER NOT NULL,
     block INTEGER NOT NULL,             -- from 0
     questions BLOB NOT NULL,            -- key of run_questions
     answers BLOB NOT NULL,              -- JSON of what the model answered, zstd
     checksum INTEGER NOT NULL,          -- crc32 over the answers
     PRIMARY KEY (run, part, block)
   ) STRICT;
   CREATE INDEX run_blocks_by_questions ON run_blocks (questions);`,
  `ALTER TABLE batches ADD COLUMN activations BLOB; -- arrays by name; NULL where nothing was read
   CREATE TABLE numbers (
     key BLOB PRIMARY KEY,               -- sha256 of what the number is computed from
     value REAL                          -- NULL where the computation gives none
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE file_hashes (
     file TEXT PRIMARY KEY,
     stamp TEXT NOT NULL,                -- the state in which it was hashed, see file-state.ts
     sha256 TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE texts (
     key BLOB PRIMARY KEY,               -- sha256 of the model's identity, how it writes, and the prompt
     ids BLOB NOT NULL,                  -- int32, little-endian: what it wrote
     stopped TEXT NOT NULL,              -- why the text ends
     checksum INTEGER NOT NULL           -- crc32 over the ids
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE origins (
     id INTEGER PRIMARY KEY,
     record TEXT NOT NULL UNIQUE         -- JSON: host, processor, threads, versions
   ) STRICT;
   ALTER TABLE batches ADD COLUMN origin INTEGER; -- id of origins; NULL where nobody said
   CREATE TABLE run_batches (
     run TEXT NOT NULL,
     key BLOB NOT NULL,                  -- of a batch that the run asked for
     PRIMARY KEY (run, key)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE work_units (
     plan TEXT NOT NULL,                 -- id of a plan
     cell INTEGER NOT NULL,              -- from 0
     unit INTEGER NOT NULL,              -- from 0
     keys BLOB NOT NULL,                 -- of all batches of the unit, 32 bytes each
     PRIMARY KEY (plan, cell, unit)
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
    // A full disk has ended the transaction already, and is what has to be said.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
