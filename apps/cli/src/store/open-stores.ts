/** The stores of the process: each folder is opened once, at the first question, and closed at the end. */
import { resolve } from 'node:path';
import type { RunStore } from '@linchpin/run-store';
import type { OutputFlags, StoreFlags } from '../flags.ts';
import { remark } from '../remark.ts';

const stores = new Map<string, RunStore>();

/** The store that the flags name; undefined where they want none. */
export async function storeOf(flags: StoreFlags & OutputFlags): Promise<RunStore | undefined> {
  if (flags.store === undefined || flags.store === false) return undefined;
  // Imported here: help must not wait for SQLite.
  const { openRunStore } = await import('@linchpin/run-store');
  const folder = resolve(flags.store);
  const known = stores.get(folder);
  if (known !== undefined) return known;
  const store = openRunStore(folder);
  stores.set(folder, store);
  if (store.movedAside !== undefined) {
    remark(`warning: ${store.file} was damaged; it was moved to ${store.movedAside} and begun anew`, flags);
  }
  return store;
}

export function closeStores(): void {
  for (const store of stores.values()) store.close();
  stores.clear();
}
