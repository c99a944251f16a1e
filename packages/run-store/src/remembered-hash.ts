/** Hashes of files that are asked of a store first, by the state that a file is in. */
import type { FileHashes } from './file-hashes.ts';
import { fileState, type ReadFileState } from './file-state.ts';

/** Gives the sha256 of a file by its absolute path. */
export type HashFile = (file: string) => Promise<string>;

export interface RememberedHashOptions {
  /** Reads the file. */
  readonly hashFile: HashFile;
  /**
   * Reads every file again, and warns where one has changed although nothing that tells its state has: then the store
   * would have answered for another file.
   */
  readonly verify?: boolean;
  readonly warn?: (what: string) => void;
  /** `fileState` when absent. */
  readonly stateOf?: ReadFileState;
}

export function rememberedHash(
  store: Pick<FileHashes, 'get' | 'put'>,
  { hashFile, verify = false, warn = () => {}, stateOf = fileState }: RememberedHashOptions,
): HashFile {
  return async (file) => {
    const before = await stateOf(file);
    if (before === undefined) return await hashFile(file);
    const known = store.get(file, before.stamp);
    if (known !== undefined && !verify) return known;
    const found = await hashFile(file);
    if (known !== undefined && known !== found) {
      const what = `${file} has changed, although its size, inode and times of modification and change are the same`;
      warn(`${what}: sha256 ${found}, not ${known}; what was computed since was taken for the old one's`);
    }
    // A file that changed while it was read was in no state of which the hash could be kept.
    const after = await stateOf(file);
    if (after?.stamp === before.stamp && after.isSettled) store.put(file, before.stamp, found);
    return found;
  };
}
