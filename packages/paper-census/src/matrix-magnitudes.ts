/** How large the scalars and rows of a matrix are beside each other, read once and in pieces. */
export interface MatrixMagnitudes {
  readonly rows: number;
  readonly columns: number;
  /** Euclidean norms, one a row. */
  readonly norms: Float64Array;
  /** The scalars of largest magnitude, largest first, the first in row-major order of equal ones. */
  readonly largest: readonly { readonly at: number; readonly magnitude: number }[];
  /** How many scalars are larger than each that was asked about. */
  readonly larger: ReadonlyMap<number, number>;
}

export interface MagnitudeQuestion {
  readonly shape: readonly [rows: number, columns: number];
  /** How many of the largest scalars are kept. */
  readonly most: number;
  /** Scalars whose ranks are asked, flat and with their values. */
  readonly asked: ReadonlyMap<number, number>;
}

/** float32 pieces of the matrix, [rows, columns], row-major. */
export async function matrixMagnitudes(
  pieces: AsyncIterable<Float32Array>,
  { shape: [rows, columns], most, asked }: MagnitudeQuestion,
): Promise<MatrixMagnitudes> {
  const squares = new Float64Array(rows);
  const larger = new Map([...asked.keys()].map((at) => [at, 0]));
  const bounds = [...asked].map(([at, value]) => ({ at, magnitude: Math.abs(value) }));
  let largest: { at: number; magnitude: number }[] = [];
  let at = 0;
  for await (const piece of pieces) {
    for (const value of piece) {
      const magnitude = Math.abs(value);
      squares[Math.floor(at / columns)]! += value * value;
      for (const bound of bounds) if (magnitude > bound.magnitude) larger.set(bound.at, larger.get(bound.at)! + 1);
      if (most > 0 && (largest.length < most || magnitude > largest.at(-1)!.magnitude)) {
        largest = [...largest, { at, magnitude }].toSorted((a, b) => b.magnitude - a.magnitude).slice(0, most);
      }
      at++;
    }
  }
  return { rows, columns, norms: squares.map(Math.sqrt), largest, larger };
}
