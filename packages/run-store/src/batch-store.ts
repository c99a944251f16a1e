import type { BatchOutput } from '@linchpin/plugin-api';

/**
 * What batches have given, by key; and who is computing one at the moment. Keys are bytes, equal where their contents are.
 * Whatever is refused by what lies behind a store is an error of the store (see errors.ts).
 */
export interface BatchStore {
  /** What the batch gave; undefined when it was never run, or when what was kept is damaged. */
  get(key: Uint8Array): Promise<BatchOutput | undefined>;
  /** Keeps what batches gave, and ends the claims on them; all of it is kept when this resolves, or nothing. */
  put(outputs: readonly (readonly [key: Uint8Array, output: BatchOutput])[]): Promise<void>;
  /** Whether this process may compute the batch: no other one does, or whoever did is gone. */
  claim(key: Uint8Array): Promise<boolean>;
  /** Gives a claim back whose batch could not be computed; does nothing where there is none. */
  unclaim(key: Uint8Array): Promise<void>;
}
