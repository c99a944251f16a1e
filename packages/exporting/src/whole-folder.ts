/** A folder that appears whole or not at all: written beside its place, then renamed into it. */
import { existsSync, renameSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
import { makeFolders, withTemporary } from '@linchpin/files';
import { cannotExport, targetHoldsSource, targetIsNoModel, targetTaken } from './errors.ts';

export interface WholeFolder {
  readonly out: string;
  /** Whether a model that stands there is replaced. */
  readonly force: boolean;
  /** What the folder is made of, which must not lie in it. */
  readonly source: string;
  readonly signal: AbortSignal;
}

/** Throws, before anything is written, where something stands in the way. Gives what `write` gives. */
export async function writeWholeFolder<T>(
  { out, force, source, signal }: WholeFolder,
  write: (folder: string) => Promise<T>,
): Promise<T> {
  const place = resolve(out);
  await requireFree(place, { force, source });
  const hidden = join(dirname(place), `.${basename(place)}`);
  try {
    return await withTemporary(hidden, async (partial) => {
      makeFolders(partial);
      const result = await write(partial);
      signal.throwIfAborted();
      await withTemporary(hidden, async (aside) => putInPlace(partial, { place, aside }));
      return result;
    });
  } catch (cause) {
    if (isLinchpinError(cause) || signal.aborted) throw cause;
    throw cannotExport(out, cause);
  }
}

async function requireFree(place: string, { force, source }: Pick<WholeFolder, 'force' | 'source'>): Promise<void> {
  const names = await readdir(place).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw targetTaken(place, error.code === 'ENOTDIR' ? 'a file' : error.message);
  });
  if (names.length === 0) return;
  const found = `a folder with ${names.slice(0, 3).join(', ')}`;
  if (!force) throw targetTaken(place, found);
  if (!names.includes('config.json')) throw targetIsNoModel(place, found);
  const within = relative(await realpath(place), await realpath(source));
  if (within === '' || !within.startsWith('..')) throw targetHoldsSource(place, source);
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
