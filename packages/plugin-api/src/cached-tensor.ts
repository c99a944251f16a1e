/** The keys or the values of one attention call: float32 [rows, keys, width]. */
export interface CachedTensor {
  /** Name of the input that takes those of the tokens before: float32 [rows, past, width]. */
  readonly past: string;
  /**
   * Name of the output. A step graph gives those of all tokens, the run's own behind the others; a graph that scores gives
   * those of the batch's first tokens, float32 [kept, width].
   */
  readonly present: string;
  readonly width: number;
}
