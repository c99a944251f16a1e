/** A tensor that lies in a file. */
export interface StoredTensor {
  readonly name: string;
  /** As the file spells it: F32, F16, BF16, I64 … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Set where the file has the two axes of `shape` the other way around: it is read as if it had not. */
  readonly transposed?: true;
  /** Absolute path, symbolic links resolved. */
  readonly file: string;
  /** The path by which the file was asked for, where it is another one: what messages name. */
  readonly givenFile?: string;
  /** Byte offset from the beginning of the file; need not be aligned. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/** The file as whoever asked for it knows it. */
export function fileInWords({ file, givenFile }: Pick<StoredTensor, 'file' | 'givenFile'>): string {
  return givenFile ?? file;
}

/** A matrix as its transpose: what reads it, and its shape, have the axes the other way around than the file. */
export function transposeStored(stored: StoredTensor): StoredTensor {
  return { ...stored, shape: stored.shape.toReversed(), transposed: true };
}

/** The shape that the file gives the tensor. */
export function shapeInFile({ shape, transposed }: StoredTensor): readonly number[] {
  return transposed ? shape.toReversed() : shape;
}
