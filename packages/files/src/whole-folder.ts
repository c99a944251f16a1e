/** A folder that appears whole or not at all: written beside its place, then renamed into it. */
import { existsSync, renameSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { cannotWriteFolder, placeTaken } from './errors.ts';
import { makeFolders } from './make-folders.ts';
import { withTemporary } from './with-temporary.ts';

export interface WholeFolder {
  readonly out: string;
  /** Which folders with something in them are replaced; none when absent. */
  readonly replaced?: ReplacedFolders;
  /** Asked before the folder comes into its place. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReplacedFolders {
  /** For who gave another place. */
  readonly inWords: string;
  /** Whether a folder with these names in it is one. Called before anything is written, and may throw. */
  readonly has: (names: readonly string[], folder: string) => boolean | Promise<boolean>;
}

/** Throws, before anything is written, where something stands in the way. Gives what `write` gives, once the folder is in its place. */
export async function writeWholeFolder<T>(
  { out, replaced, signal }: WholeFolder,
  write: (folder: string) => Promise<T>,
): Promise<T> {
  const place = resolve(out);
  const names = await readdir(place).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw placeTaken(place, error.code === 'ENOTDIR' ? 'a file' : error.message, replaced?.inWords);
  });
  if (names.length > 0 && (await replaced?.has(names, place)) !== true)
    throw placeTaken(place, `a folder with ${names.slice(0, 3).join(', ')}`, replaced?.inWords);
  const hidden = join(dirname(place), `.${basename(place)}`);
  try {
    return await withTemporary(hidden, async (partial) => {
      makeFolders(partial);
      const result = await write(partial);
      signal?.throwIfAborted();
      await withTemporary(hidden, async (aside) => putInPlace(partial, { place, aside }));
      return result;
    });
  } catch (cause) {
    // Whatever else is thrown says what it is; and who ends the work gets what it was ended with.
    if (signal?.aborted === true || !(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw cannotWriteFolder(place, cause);
  }
}

/** At once, so that no end of the process falls in between. What stood there comes back where the new folder does not take its place. */
function putInPlace(partial: string, { place, aside }: { readonly place: string; readonly aside: string }): void {
  const wasThere = existsSync(place);
  if (wasThere) renameSync(place, aside);
  try {
    renameSync(partial, place);
  } catch (error) {
    if (wasThere) renameSync(aside, place);
    throw error;
  }
}
