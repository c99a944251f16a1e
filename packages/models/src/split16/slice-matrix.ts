/**
 * Weight matrices for split16: every row as 16-bit fixed point with a scale of its own, held as two slices of 8 bits,
 * code = 256 · high + low. Not from a paper; the arithmetic is that of lay-split16.ts.
 */
import type { EncodedTensor } from '@linchpin/plugin-api';

/** The largest code: its high slice is 127 and its low slice 0, so that both fit in int8 everywhere. */
export const largestCode: number = 127 * 256;

/** Cells of one tile: a tile of matrix and result fits in the cache. */
const tile = 64;

/**
 * The slices of a matrix [out, in]: int8 `high` [in, out], int8 `mixed` [2 · in, out], the low slices above the high
 * ones, and float32 `scale` [out]. A row with a value that is not finite gets the scale NaN, as its float32 products
 * would be.
 */
export function sliceMatrix(values: Float32Array, [out, inner]: readonly [number, number]): EncodedTensor[] {
  const high = new Int8Array(values.length);
  const mixed = new Int8Array(2 * values.length);
  const scale = new Float32Array(out);
  for (let row = 0; row < out; row++) scale[row] = rowScale(values.subarray(row * inner, (row + 1) * inner));
  for (let rowStart = 0; rowStart < out; rowStart += tile) {
    const rowEnd = Math.min(rowStart + tile, out);
    for (let columnStart = 0; columnStart < inner; columnStart += tile) {
      const columnEnd = Math.min(columnStart + tile, inner);
      for (let row = rowStart; row < rowEnd; row++) {
        const step = scale[row]!;
        if (!(step > 0)) continue;
        for (let column = columnStart; column < columnEnd; column++) {
          const code = Math.max(-largestCode, Math.min(largestCode, Math.round(values[row * inner + column]! / step)));
          const upper = (code + 128) >> 8;
          high[column * out + row] = upper;
          mixed[column * out + row] = code - 256 * upper;
          mixed[(inner + column) * out + row] = upper;
        }
      }
    }
  }
  return [
    { name: 'high', type: 'int8', shape: [inner, out], data: high },
    { name: 'mixed', type: 'int8', shape: [2 * inner, out], data: mixed },
    { name: 'scale', type: 'float32', shape: [out], data: scale },
  ];
}

/** What one step of the code stands for: 0 where all values are, NaN where one is not finite. */
function rowScale(row: Float32Array): number {
  let magnitude = 0;
  for (const value of row) {
    if (!Number.isFinite(value)) return NaN;
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  return magnitude / largestCode;
}
