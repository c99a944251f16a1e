/** Sums and sizes of gradients, which have one array a trained tensor. */

/** Adds gradients to others, in place. */
export function addGradients(sums: readonly Float32Array[], gradients: readonly Float32Array[]): void {
  sums.forEach((sum, index) => {
    const more = gradients[index]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!;
  });
}

/** The Euclidean norm over all trained numbers. */
export function gradientNorm(gradients: readonly Float32Array[]): number {
  let squares = 0;
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) squares += gradient[i]! * gradient[i]!;
  return Math.sqrt(squares);
}

/** What clipping multiplies gradients by, as torch's clip_grad_norm_: 1 where the norm is within the bound. */
export function clipFactor(norm: number, bound: number | undefined): number {
  return bound === undefined ? 1 : Math.min(1, bound / (norm + 1e-6));
}
