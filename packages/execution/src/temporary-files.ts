/** Files that are being written beside their place; none of them outlives the work, however it ends. */
import { rmSync } from 'node:fs';
import process from 'node:process';

/** Folders may be noted, too. */
export class TemporaryFiles {
  readonly #files = new Set<string>();
  readonly #onExit = (): void => this.removeAll();

  /** Notes a file that is removed when the process ends before `forget`. */
  note(file: string): void {
    if (this.#files.size === 0) process.once('exit', this.#onExit);
    this.#files.add(file);
  }

  /** The file has been moved to its place, or removed. */
  forget(file: string): void {
    this.#files.delete(file);
    if (this.#files.size === 0) process.off('exit', this.#onExit);
  }

  /** For whoever ends the process at once. */
  removeAll(): void {
    for (const file of this.#files) rmSync(file, { force: true, recursive: true });
    this.#files.clear();
    process.off('exit', this.#onExit);
  }
}
