/** Files that appear whole or not at all, also when the program is killed: written beside their place, then renamed into it. */
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cannotWrite } from './errors.ts';

/**
 * Writes UTF-8. A link is followed, and the permissions of a file that is replaced are kept. What is no file, such as a
 * pipe or a terminal, is written to as it is. Throws where the folder is missing or cannot be written.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  try {
    const existing = await statusOf(path);
    if (existing === undefined) await replace(path, text);
    else if (existing.isFile()) await replace(await realpath(path), text, existing.mode);
    else await writeFile(path, text);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

async function statusOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function replace(path: string, text: string, mode?: number): Promise<void> {
  const partial = join(dirname(path), `.${randomUUID()}.partial`);
  try {
    const file = await open(partial, 'wx');
    try {
      if (mode !== undefined) await file.chmod(mode & 0o7777);
      await file.writeFile(text);
      // Without this, a crash of the machine after the rename could leave an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
