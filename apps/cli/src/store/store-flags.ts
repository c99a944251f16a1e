/** Flags of the store in which commands remember what models gave. */
import type { Command } from 'commander';

/** Folder of the store in the working folder. */
export const defaultStore = '.linchpin';

/** Adds the flags of StoreFlags. */
export function addStoreFlags(command: Command): Command {
  return command
    .option('--store <DIR>', 'folder that remembers what models gave, so that nothing is computed twice', defaultStore)
    .option('--no-store', 'remember nothing, and ask nothing that is remembered')
    .option('--fresh', 'compute everything again, and overwrite what is remembered of it')
    .option(
      '--verify',
      'read every file of the model again, where a hash is remembered of one that looks unchanged, and say if it has changed',
    );
}
