/**
 * Makes a folder with those above it. `mkdir` with `recursive` does the same, and has no end where a file system answers that
 * what lies above is missing although it is there, as /proc does (Node 24).
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { takesNoFolders } from './errors.ts';

/** Gives the uppermost that was not there, undefined where all were. Throws errors of the system. */
export function makeFolders(folder: string): string | undefined {
  const missing: string[] = [];
  let path = resolve(folder);
  for (; !isThere(path); path = dirname(path)) missing.unshift(path);
  // What is there and no folder has the error of the attempt.
  if (missing.length === 0 && !isFolder(path)) mkdirSync(path);
  for (const each of missing) makeFolder(each);
  return missing[0];
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && isFolder(dirname(path))) throw takesNoFolders(dirname(path), path);
    // Another process may have made it meanwhile.
    if (code !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

/** A link that leads nowhere is none; below a file nothing is. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
