/**
 * Hashes of a model's files, kept in the store by size, time of change and inode. `--verify` reads every file again, and
 * says where one has changed behind these three: then the store would have answered for another model.
 */
import { stat } from 'node:fs/promises';
import { fileHash } from '@linchpin/models';
import type { RunStore } from '@linchpin/run-store';
import type { OutputFlags, StoreFlags } from '../flags.ts';
import { remark } from '../remark.ts';
import { storeOf } from './open-stores.ts';

export type HashFile = typeof fileHash;

/**
 * A file that was changed so shortly before it was hashed may change again within one tick of its file system's clock,
 * and keep its time. The coarsest clock in use is FAT's.
 */
const settledMilliseconds = 2000;

/** What hashes the files of a model. */
export function rememberedHash(flags: StoreFlags & OutputFlags): HashFile {
  return async (file) => {
    const store = await storeOf(flags);
    if (store === undefined) return await fileHash(file);
    const stamp = await stampOf(file);
    const known = store.fileHashes.get(file, stamp);
    if (known !== undefined && flags.verify !== true) return known;
    const found = await fileHash(file);
    if (known !== undefined && known !== found) {
      const what = `${file} has changed, although its size, time of change and inode are the same`;
      remark(
        `warning: ${what}: sha256 ${found}, not ${known}; what was computed since was taken for the old one's`,
        flags,
      );
    }
    await keep(store, file, { stamp, found });
    return found;
  };
}

/** Keeps a hash, unless the file may have changed while it was read or may do so unnoticed. */
async function keep(
  store: RunStore,
  file: string,
  { stamp, found }: { readonly stamp: string; readonly found: string },
): Promise<void> {
  const { mtimeMs } = await stat(file);
  if (Date.now() - mtimeMs < settledMilliseconds || (await stampOf(file)) !== stamp) return;
  store.fileHashes.put(file, stamp, found);
}

async function stampOf(file: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(file, { bigint: true });
  return `${size} ${mtimeNs} ${ino}`;
}
