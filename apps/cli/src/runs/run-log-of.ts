import { existsSync } from 'node:fs';
import type { RunLog } from '@linchpin/run-store';
import type { StoreFlags } from '../flags.ts';
import { storeOf } from '../store/open-stores.ts';
import { noStore } from './errors.ts';

/** The runs of the store that flags name; a folder without one is not made into one. */
export async function runLogOf({ store: folder }: Pick<StoreFlags, 'store'>): Promise<RunLog> {
  const store = typeof folder === 'string' && existsSync(folder) ? await storeOf({ store: folder }) : undefined;
  if (store === undefined) throw noStore(folder);
  return store.runs;
}
