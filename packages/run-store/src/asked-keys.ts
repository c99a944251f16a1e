/** The batches that a run asks for, collected until they are written down: what a file of the run has to carry. */

export class AskedKeys {
  #keys: Map<string, Uint8Array> | undefined;

  /** From now on keys are collected. */
  begin(): void {
    this.#keys = new Map();
  }

  note(key: Uint8Array): void {
    this.#keys?.set(Buffer.from(key).toString('latin1'), key);
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
