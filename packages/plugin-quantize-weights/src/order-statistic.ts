/** The k-th smallest of unordered numbers by Hoare's selection ("Algorithm 65: Find", 1961), in linear time on average. */

/** The number that sorting would put at `rank`, from 0. Reorders `values` and expects no NaN. */
export function orderStatistic(values: Float32Array, rank: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >>> 1]!;
    let low = left;
    let high = right;
    while (low <= high) {
      while (values[low]! < pivot) low++;
      while (values[high]! > pivot) high--;
      if (low > high) break;
      const swapped = values[low]!;
      values[low++] = values[high]!;
      values[high--] = swapped;
    }
    if (rank <= high) right = high;
    else if (rank >= low) left = low;
    else break;
  }
  return values[rank]!;
}

/** The quantile between its two neighbours in rank, interpolated linearly in float64 as NumPy does. Reorders `values`. */
export function quantile(values: Float32Array, share: number): number {
  const position = (values.length - 1) * share;
  const rank = Math.floor(position);
  const below = orderStatistic(values, rank);
  if (rank === position) return below;
  const above = orderStatistic(values, rank + 1);
  const part = position - rank;
  // NumPy interpolates from the nearer end.
  return part < 0.5 ? below + (above - below) * part : above - (above - below) * (1 - part);
}
