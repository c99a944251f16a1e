/**
 * Weights in 8 bits, block by block (Q8_0 of llama.cpp): each value is rounded to a multiple of the block's scale, a 127th of its
 * largest magnitude. The scale is rounded to float16 first, so that codes fit the scale that is stored.
 */
import { narrowToFloat16, widenFloat16 } from '@linchpin/tensor';

/** Values of a block; a row whose length is no multiple of it is one block. */
const usualBlock = 32;

const largestCode = 127;

export interface EightBitBlocks {
  readonly codes: Int8Array;
  /** float16, one a block. */
  readonly scales: Uint16Array;
}

export function blockOf(columns: number): number {
  return columns % usualBlock === 0 ? usualBlock : columns;
}

/** Encodes whole blocks that follow each other. */
export function encodeEightBits(values: Float32Array, block: number): EightBitBlocks {
  // Plain loops: a model has hundreds of millions of values.
  const largest = new Float32Array(values.length / block);
  for (let at = 0; at < values.length; at++) {
    const index = Math.floor(at / block);
    const magnitude = Math.abs(values[at]!);
    if (magnitude > largest[index]!) largest[index] = magnitude;
  }
  const scales = narrowToFloat16(largest.map((value) => value / largestCode));
  const stored = widenFloat16(scales);
  const codes = new Int8Array(values.length);
  for (let at = 0; at < values.length; at++) {
    const scale = stored[Math.floor(at / block)]!;
    // A block of values that float16 has no scale for is zero.
    if (scale === 0) continue;
    codes[at] = Math.max(-largestCode, Math.min(largestCode, Math.round(values[at]! / scale)));
  }
  return { codes, scales };
}
