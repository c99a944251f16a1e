/**
 * Folders that one process has for itself and removes when it is done with them, at its end at the latest. What a process
 * left that was killed is removed by the next one that claims a folder beside it.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { makeFolders } from '@linchpin/files';

export interface ClaimedFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

const ownerFile = 'owner';
const thisProcess = `${hostname()} ${process.pid}`;

/** Makes the folder `name` in `parent`, or one whose name begins so where that one is another's. */
export async function claimFolder(parent: string, name: string): Promise<ClaimedFolder> {
  makeFolders(parent);
  for (const entry of await readdir(parent))
    if (isAbandoned(join(parent, entry))) await removeFolder(join(parent, entry));
  const path = await makeFolder(join(parent, name));
  await writeFile(join(path, ownerFile), thisProcess);
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeNow);
  let removed: Promise<void> | undefined;
  const remove = async (): Promise<void> => {
    process.off('exit', removeNow);
    await removeFolder(path);
  };
  // Once: later there may be another's folder of the same name.
  return { path, remove: () => (removed ??= remove()) };
}

async function makeFolder(path: string): Promise<string> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return await makeFolder(`${path}-${randomUUID()}`);
  }
}

/** Whether its owner is a process of this host that is gone; of another host's nothing is known. */
function isAbandoned(folder: string): boolean {
  try {
    const [host, pid] = readFileSync(join(folder, ownerFile), 'utf8').split(' ');
    return host === hostname() && !isRunning(Number(pid));
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
