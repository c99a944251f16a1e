/**
 * Adapters as changes of weights, as merge_and_unload of PEFT makes them in float32: W + sBA, and for DoRA
 * m / |W + sBA| ∘ (W + sBA). Differs from it where a row of W + sBA is all zeros: it stays so, where PEFT divides by zero.
 */

export interface LowRank {
  readonly rank: number;
  readonly scale: number;
  readonly a: Float32Array; // [rank, columns]
  readonly b: Float32Array; // [rows, rank]
  /** Of DoRA: [rows]. */
  readonly magnitude?: Float32Array | undefined;
  /** What W is, where the adapter has it: [rows, columns]. */
  readonly base?: Float32Array | undefined;
}

/** Of the norm of a row: one of zeros has a norm that nothing becomes infinite or NaN with, and stays as it is. */
export const smallestSquare = 1e-30;

/** Rows and columns of a tile of the product; the two fit the first level of the cache with what they are made of. */
const tileRows = 4;
const tileColumns = 256;

/** Changes a matrix, [rows, columns], in place. Sums are float64, what is kept is float32. */
export function merge(weight: Float32Array, columns: number, adapter: LowRank): void {
  const { magnitude, base } = adapter;
  if (base !== undefined) weight.set(base);
  addProduct(weight, columns, adapter);
  if (magnitude === undefined) return;
  const squares = rowSquares(weight, columns);
  magnitude.forEach((wanted, row) => {
    const factor = wanted / Math.fround(Math.sqrt(Math.max(squares[row]!, smallestSquare)));
    if (factor === 1) return;
    for (let i = row * columns; i < (row + 1) * columns; i++) weight[i] = weight[i]! * factor;
  });
}

/** The sums of squares of rows: float32 [rows]. */
export function rowSquares(matrix: Float32Array, columns: number): Float32Array {
  return Float32Array.from({ length: matrix.length / columns }, (_, row) => {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += matrix[i]! * matrix[i]!;
    return sum;
  });
}

/** W + sBA, tile by tile. */
function addProduct(weight: Float32Array, columns: number, { rank, scale, a, b }: LowRank): void {
  const rows = weight.length / columns;
  // An even rank, so that two terms are added at a time; float64, so that nothing is converted in the inner loop.
  const depth = rank + (rank % 2);
  const right = new Float64Array(depth * columns);
  right.set(a);
  const left = new Float64Array(tileRows * depth);
  const tile = new Float64Array(tileRows * tileColumns);
  for (let row = 0; row < rows; row += tileRows) {
    const height = Math.min(tileRows, rows - row);
    left.fill(0);
    for (let r = 0; r < height; r++)
      for (let k = 0; k < rank; k++) left[r * depth + k] = scale * b[(row + r) * rank + k]!;
    if (left.every((value) => value === 0)) continue;
    for (let column = 0; column < columns; column += tileColumns) {
      const width = Math.min(tileColumns, columns - column);
      multiplyTile(tile, { left, right, depth, columns, column, width });
      for (let r = 0; r < height; r++) {
        const [at, from] = [(row + r) * columns + column, r * tileColumns];
        for (let j = 0; j < width; j++) weight[at + j] = weight[at + j]! + tile[from + j]!;
      }
    }
  }
}

interface Tile {
  readonly left: Float64Array; // [tileRows, depth]
  readonly right: Float64Array; // [depth, columns]
  readonly depth: number;
  readonly columns: number;
  readonly column: number;
  readonly width: number;
}

/** Four rows by two terms: each number of A that is loaded is used four times. */
function multiplyTile(tile: Float64Array, { left, right, depth, columns, column, width }: Tile): void {
  tile.fill(0);
  const [second, third, fourth] = [tileColumns, 2 * tileColumns, 3 * tileColumns];
  for (let k = 0; k < depth; k += 2) {
    const [l0, l1, l2, l3] = [k, depth + k, 2 * depth + k, 3 * depth + k];
    const [a0, b0] = [left[l0]!, left[l0 + 1]!];
    const [a1, b1] = [left[l1]!, left[l1 + 1]!];
    const [a2, b2] = [left[l2]!, left[l2 + 1]!];
    const [a3, b3] = [left[l3]!, left[l3 + 1]!];
    const from = k * columns + column;
    for (let j = 0; j < width; j++) {
      const x = right[from + j]!;
      const y = right[from + columns + j]!;
      tile[j] = tile[j]! + a0 * x + b0 * y;
      tile[second + j] = tile[second + j]! + a1 * x + b1 * y;
      tile[third + j] = tile[third + j]! + a2 * x + b2 * y;
      tile[fourth + j] = tile[fourth + j]! + a3 * x + b3 * y;
    }
  }
}
