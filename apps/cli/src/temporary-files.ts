/** Files that are being written beside their place; none of them outlives the command. */
import { rmSync } from 'node:fs';
import process from 'node:process';

const files = new Set<string>();

/** Notes a file that is removed when the process ends without `forgetTemporaryFile`. */
export function noteTemporaryFile(file: string): void {
  if (files.size === 0) process.once('exit', removeTemporaryFiles);
  files.add(file);
}

/** The file has been moved to its place, or removed. */
export function forgetTemporaryFile(file: string): void {
  files.delete(file);
  if (files.size === 0) process.off('exit', removeTemporaryFiles);
}

export function removeTemporaryFiles(): void {
  for (const file of files) rmSync(file, { force: true });
  files.clear();
}
