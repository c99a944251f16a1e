/** A folder that appears whole or not at all: written beside its place, then renamed into it. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isLinchpinError } from '@linchpin/errors';
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
  const beside = (end: string): string => join(dirname(place), `.${basename(place)}-${randomUUID()}.${end}`);
  const partial = beside('partial');
  try {
    await mkdir(partial, { recursive: true });
    const result = await write(partial);
    signal.throwIfAborted();
    await putInPlace(partial, { place, aside: beside('replaced') });
    return result;
  } catch (cause) {
    if (isLinchpinError(cause) || signal.aborted) throw cause;
    throw cannotExport(out, cause);
  } finally {
    await rm(partial, { recursive: true, force: true });
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

/** What stood there comes back where the new folder does not take its place. */
async function putInPlace(
  partial: string,
  { place, aside }: { readonly place: string; readonly aside: string },
): Promise<void> {
  const wasThere = await rename(place, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(partial, place);
  } catch (error) {
    if (wasThere) await rename(aside, place);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
