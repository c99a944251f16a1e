/** A rectangle of a matrix, by the row and column that it begins at. */
export interface MatrixBlock {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}
