/**
 * Blocks of items that a run has in the store already, by the objects that stand for what was asked: a table asks the
 * same of every row, and writing it out to see that it is the same would be most of the work.
 */

interface KnownBlock {
  readonly origins: readonly object[];
  /** sha256 of the questions. */
  readonly key: Buffer;
}

export class KnownBlocks {
  readonly #byFirst = new WeakMap<object, KnownBlock>();

  add(origins: readonly object[], key: Buffer): void {
    if (origins[0] !== undefined) this.#byFirst.set(origins[0], { origins, key });
  }

  /** The key of a block of items of just these origins. */
  keyOf(origins: readonly object[]): Buffer | undefined {
    const known = origins[0] === undefined ? undefined : this.#byFirst.get(origins[0]);
    const isSame = known?.origins.length === origins.length && origins.every((each, i) => each === known.origins[i]);
    return isSame ? known?.key : undefined;
  }
}
