import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export interface FolderSize {
  readonly folder: string;
  readonly files: number;
  /** Of all files below it; links are not followed. */
  readonly bytes: number;
}

/** Nothing is in a folder that is not there. */
export async function folderSize(folder: string): Promise<FolderSize> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  let bytes = 0;
  // A file may go while others are looked at.
  for (const { parentPath, name } of files)
    bytes += (await stat(join(parentPath, name)).catch(() => undefined))?.size ?? 0;
  return { folder, files: files.length, bytes };
}

/** Bytes that the file system of a folder has left, or of the nearest one above that is there. */
export async function freeBytes(folder: string): Promise<number> {
  const path = resolve(folder);
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if (dirname(path) === path) throw error;
    return await freeBytes(dirname(path));
  }
}
