/** Files and folders that are written beside their place: what is not moved there is removed, however the work ends. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import process from 'node:process';

/** Lends `work` a name beside a place that no other process uses; what is left there is removed, at the end of the process, too. */
export async function withTemporary<T>(place: string, work: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${place}.${randomUUID()}.partial`;
  const removeNow = (): void => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', removeNow);
  try {
    return await work(temporary);
  } finally {
    process.off('exit', removeNow);
    await rm(temporary, { recursive: true, force: true });
  }
}
