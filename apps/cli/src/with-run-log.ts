/** Lends the runs that a store has recorded to a command about runs, and closes the store on every way out. */
import { existsSync } from 'node:fs';
import type { RunLog } from '@linchpin/run-store';
import { noStore } from './errors.ts';
import type { StoreFlags } from './flags.ts';

/** `logOf` gives the runs when they are first asked for: a run may lie in a file, and a folder without a store is not made into one. */
export async function withRunLog<T>(
  { store: folder }: Pick<StoreFlags, 'store'>,
  work: (logOf: () => RunLog) => Promise<T>,
): Promise<T> {
  const { openRunStore } = await import('@linchpin/run-store');
  let opened: ReturnType<typeof openRunStore> | undefined;
  try {
    return await work(() => {
      if (typeof folder !== 'string' || !existsSync(folder)) throw noStore(folder);
      opened ??= openRunStore(folder);
      return opened.runs;
    });
  } finally {
    opened?.close();
  }
}
