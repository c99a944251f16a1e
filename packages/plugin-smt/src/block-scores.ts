/**
 * What a block of a gradient is worth. The names are those of the official code, where they read the other way round:
 * `mean_abs` is the magnitude of the mean, `abs_mean` the mean of the magnitudes, which the paper describes.
 */

export const statistics = ['mean_abs', 'abs_mean', 'L1', 'L2'] as const;

export type Statistic = (typeof statistics)[number];

/** Sums over a block, in float64, and what becomes of them; `count` is the number of its entries. */
const sums: Readonly<
  Record<Statistic, { readonly term: (g: number) => number; readonly end: (sum: number, count: number) => number }>
> = {
  mean_abs: { term: (g) => g, end: (sum, count) => Math.abs(sum / count) },
  abs_mean: { term: Math.abs, end: (sum, count) => sum / count },
  L1: { term: Math.abs, end: (sum) => sum },
  L2: { term: (g) => g * g, end: Math.sqrt },
};

/** The statistic of every block of a matrix [rows, columns]: float64 [rows / block, columns / block]. */
export function blockScores(
  gradient: Float32Array,
  [rows, columns]: readonly [number, number],
  { block, statistic }: { readonly block: number; readonly statistic: Statistic },
): Float64Array {
  const { term, end } = sums[statistic];
  const perRow = columns / block;
  const scores = new Float64Array((rows / block) * perRow);
  for (let row = 0, at = 0; row < rows; row++) {
    const first = Math.floor(row / block) * perRow;
    for (let column = 0; column < columns; column++, at++)
      scores[first + Math.floor(column / block)]! += term(gradient[at]!);
  }
  return scores.map((sum) => end(sum, block * block));
}
