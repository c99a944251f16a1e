/** What is opened for one executor, files of its graph included, and how it is freed. */
import type { DecoderGraph } from '@linchpin/plugin-api';

type Free = () => Promise<void>;

export interface Owned {
  /** Hands over something opened, with how to free it. */
  keep<T extends { release(): Promise<void> }>(opened: T): T;
  /** Frees everything, the last first, and once: later calls wait for the first. Throws what went wrong first. */
  readonly release: () => Promise<void>;
}

/**
 * Opens something over the graph's sessions and files; both are freed where that fails, and by `release` of what is owned
 * where it does not. Files go last: a session may have them mapped.
 */
export async function owning<T>(
  { removeFiles }: Pick<DecoderGraph, 'removeFiles'>,
  open: (owned: Owned) => Promise<T>,
): Promise<T> {
  const frees: Free[] = removeFiles === undefined ? [] : [removeFiles];
  let released: Promise<void> | undefined;
  const owned: Owned = {
    keep(opened) {
      frees.push(() => opened.release());
      return opened;
    },
    release: () => (released ??= freeAll(frees.toReversed())),
  };
  try {
    return await open(owned);
  } catch (error) {
    // Why it could not be opened says more than what went wrong behind that.
    await owned.release().catch(() => {});
    throw error;
  }
}

async function freeAll(frees: readonly Free[]): Promise<void> {
  const errors: unknown[] = [];
  for (const free of frees) await free().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}
