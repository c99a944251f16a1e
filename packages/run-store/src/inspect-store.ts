/** Looks at a store without opening it as one: nothing is made, migrated or moved. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeNotWritable } from './errors.ts';
import { guarded } from './transaction.ts';

export interface StoreFacts {
  readonly file: string;
  /** Of the database and its log. */
  readonly bytes: number;
  readonly batches: number;
  readonly runs: number;
}

/** What a folder's store holds; undefined where there is none. Throws what is wrong with a damaged one. */
export function inspectStore(folder: string): StoreFacts | undefined {
  const file = join(folder, 'store.sqlite');
  return existsSync(file) ? guarded({ file }, () => inspectFile(file)) : undefined;
}

function inspectFile(file: string): StoreFacts {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const [problem] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
    if (problem !== 'ok') throw storeNotWritable(file, problem);
    const bytes = ['', '-wal'].map((suffix) => statSync(file + suffix, { throwIfNoEntry: false })?.size ?? 0);
    return {
      file,
      bytes: bytes.reduce((sum, each) => sum + each, 0),
      batches: countRows(database, 'batches'),
      runs: countRows(database, 'runs'),
    };
  } finally {
    database.close();
  }
}

/** 0 where a store of an earlier version has no such table. */
function countRows(database: DatabaseSync, table: string): number {
  const isThere = database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table) !== undefined;
  return isThere ? Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows']) : 0;
}
