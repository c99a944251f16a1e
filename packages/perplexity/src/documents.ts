/** Documents in the order of their corpus; a list of strings is one, and so is a file that is too large for one. */
export interface Documents extends Iterable<string> {
  readonly length: number;
  /** The document of an index below `length`. */
  at(index: number): string | undefined;
}
