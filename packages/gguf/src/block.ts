/** How one block is stored and read. */
export interface Block {
  /** Values of a block. */
  readonly values: number;
  readonly bytes: number;
  /** Reads the block at byte `at` into `out` from `to` on. */
  readonly read: (block: BlockPlace) => void;
}

export interface BlockPlace {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly out: Float32Array;
  readonly to: number;
}
