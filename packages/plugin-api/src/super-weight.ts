/** One scalar of an MLP's output projection, as the paper's Table 2 names it (arXiv 2411.07191); all counted from 0. */
export interface SuperWeight {
  readonly layer: number;
  /** Output channel. */
  readonly row: number;
  /** Input channel. */
  readonly column: number;
}
