/** A tensor that lies in a file. */
export interface StoredTensor {
  readonly name: string;
  /** As the file spells it: F32, F16, BF16, I64 … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absolute path, symbolic links resolved. */
  readonly file: string;
  /** Byte offset from the beginning of the file; need not be aligned. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}
