/** Mean, and its standard error: sample standard deviation (n − 1) over √n; null with fewer than two values. */
export function meanWithError(values: readonly number[]): { mean: number; standardError: number | null } {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, standardError: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count) };
}
