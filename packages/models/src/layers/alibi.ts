/** Attention with linear biases (ALiBi, arXiv 2108.12409). */
import { fromFloat32, toFloat32 } from '@linchpin/tensor';

/**
 * The slope of every head: 2^(-8 h / heads) for h from 1, where the heads are a power of two. Of any other number the
 * greatest power of two below it comes first, and then every second slope of the next (build_alibi_tensor of
 * transformers 5.23.0).
 */
export function alibiSlopes(heads: number): number[] {
  const whole = 2 ** Math.floor(Math.log2(heads));
  const between = slopesOf(2 * whole).filter((_, index) => index % 2 === 0);
  return [...slopesOf(whole), ...between.slice(0, heads - whole)];
}

/**
 * What Falcon makes of it: a head's slope times a key's position, both and their product rounded to bfloat16, whatever the
 * model computes in. Beyond position 256 that is no longer linear, and no function of the distance. By head and position.
 */
export function roundedAlibi(heads: number, positions: number): Float32Array[] {
  const places = rounded(Float32Array.from({ length: positions }, (_, position) => position));
  const slopes = rounded(Float32Array.from(alibiSlopes(heads)));
  return Array.from(slopes, (slope) => rounded(places.map((place) => slope * place)));
}

function rounded(values: Float32Array): Float32Array {
  return toFloat32(fromFloat32(values, 'BF16'), 'BF16');
}

function slopesOf(heads: number): number[] {
  return Array.from({ length: heads }, (_, index) => 2 ** ((-8 * (index + 1)) / heads));
}
