/** Work on a store's database; whatever SQLite refuses is an error of the store. */
import type { DatabaseSync } from 'node:sqlite';
import { storeNotWritable } from './errors.ts';

/** A database, and the file that errors name. */
export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly file: string;
}

export function guarded<T>({ file }: Pick<OpenedDatabase, 'file'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isOfSqlite(error) ? storeNotWritable(file, error) : error;
  }
}

function isOfSqlite(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}

/** Does all of the work or nothing of it; on the disk when this returns. */
export function inTransaction<T>(store: OpenedDatabase, work: () => T): T {
  const { database } = store;
  return guarded(store, () => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}
