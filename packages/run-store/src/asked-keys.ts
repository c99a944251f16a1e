/** The batches that a run asks for, collected until they are written down: what a file of the run has to carry. */
import { keyName } from './batch-key.ts';

export class AskedKeys {
  #keys: Map<string, Uint8Array> | undefined;

  /** From now on keys are collected. */
  begin(): void {
    this.#keys = new Map();
  }

  note(key: Uint8Array): void {
    this.#keys?.set(keyName(key), key);
  }

  /** The keys since the last call. */
  take(): Uint8Array[] {
    const keys = [...(this.#keys?.values() ?? [])];
    this.#keys?.clear();
    return keys;
  }

  end(): void {
    this.#keys = undefined;
  }
}
