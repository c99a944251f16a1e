/** Whether results can be written, asked before anything is computed for them. */
import { access, constants, mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeFolders } from '@linchpin/files';
import { cannotWrite } from './errors.ts';

/** Throws when a file could not be put in its place later; nothing is left behind. */
export async function requireWritable(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory() === true) throw cannotWrite(file, 'a folder');
  try {
    // A file is replaced by another one of its folder; a pipe or a terminal is written to as it is.
    if (existing === undefined || existing.isFile()) await tryFolder(dirname(resolve(file)));
    else await access(file, constants.W_OK);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** Makes a folder for results, with those above it; gives the uppermost that was not there, undefined where all were. */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return makeFolders(folder);
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
}

/** Removes a folder and those above it up to one that `makeFolder` gave, as far as nothing lies in them. */
export async function removeEmptyFolders(folder: string, upTo: string): Promise<void> {
  const last = resolve(upTo);
  for (let path = resolve(folder); path.startsWith(last); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch {
      // Something lies in it, or somebody has removed it: it is no longer ours.
      return;
    }
  }
}

/** Permissions alone do not tell whether a file system takes a new file; making one does. */
async function tryFolder(folder: string): Promise<void> {
  await rmdir(await mkdtemp(join(folder, '.linchpin-')));
}
