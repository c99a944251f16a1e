/**
 * Rows of a matrix as codes in blocks with one scale each: round-to-nearest, symmetric. The scalar of the largest magnitude
 * of a block is its lowest code exactly (or the highest magnitude below, of the other sign), as in onnxruntime's own
 * quantizer (`MlasQuantizeBlockwise`, onnxruntime 1.30) and in llama.cpp's Q4_0; every step rounds to float32, as there.
 */
import { nonFiniteWeight } from './errors.ts';

export type Bits = 4 | 8;

export interface BlockFormat {
  readonly bits: Bits;
  /** Weights of a block, along the inner axis: a power of 2. */
  readonly block: number;
}

export interface BlockCodes {
  /** Little-endian bits, two codes of 4 bits a byte, the first in the lower half: [rows, blocks, block · bits / 8]. */
  readonly codes: Uint8Array;
  /** [rows · blocks] */
  readonly scales: Float32Array;
  readonly blocks: number;
}

export interface RowMajor {
  readonly values: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
  /** Named in errors. */
  readonly name: string;
}

/** A row ends in a block that may not be full: what it lacks counts as zeros. */
export function encodeBlocks({ values, shape: [rows, columns], name }: RowMajor, format: BlockFormat): BlockCodes {
  const { bits, block } = format;
  const blocks = Math.ceil(columns / block);
  const bytes = (block * bits) / 8;
  const zero = zeroCode(bits);
  const codes = new Uint8Array(rows * blocks * bytes).fill(bits === 8 ? zero : zero | (zero << 4));
  const scales = new Float32Array(rows * blocks);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let index = 0; index < blocks; index++, at++) {
      const from = row * columns + index * block;
      const part = values.subarray(from, Math.min(from + block, (row + 1) * columns));
      const extreme = extremeOf(part);
      if (!Number.isFinite(extreme)) throw nonFiniteWeight(name, [row, from - row * columns]);
      const scale = Math.fround(extreme / -zero);
      scales[at] = scale;
      const inverse = Math.fround(1 / scale);
      // A block of zeros, or of numbers too small for a scale, is zeros.
      if (Number.isFinite(inverse)) writeCodes(codes, at * bytes, { part, inverse, bits });
    }
  }
  return { codes, scales, blocks };
}

/** What the codes stand for, row-major: what a product with them multiplies by. */
export function decodeBlocks(
  { codes, scales, blocks }: BlockCodes,
  [rows, columns]: readonly [number, number],
  { bits, block }: BlockFormat,
): Float32Array {
  const values = new Float32Array(rows * columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const place = (row * blocks + Math.floor(column / block)) * block + (column % block);
      const code = bits === 8 ? codes[place]! : (codes[place >> 1]! >> (4 * (place & 1))) & 15;
      // Scales may be negative, and no zero is.
      values[at] = (code - zeroCode(bits)) * scales[row * blocks + Math.floor(column / block)]! + 0;
    }
  }
  return values;
}

/** The code that stands for 0. */
function zeroCode(bits: Bits): number {
  return 2 ** (bits - 1);
}

/** Of the largest magnitude, the negative one of two equals; NaN where one is not a number. */
function extremeOf(part: Float32Array): number {
  let [low, high] = [0, 0];
  for (const value of part) {
    if (value < low) low = value;
    else if (value > high) high = value;
    else if (Number.isNaN(value)) return value;
  }
  return high > -low ? high : low;
}

interface BlockPart {
  readonly part: Float32Array;
  readonly inverse: number;
  readonly bits: Bits;
}

function writeCodes(codes: Uint8Array, start: number, { part, inverse, bits }: BlockPart): void {
  const zero = zeroCode(bits);
  const most = 2 ** bits - 1;
  for (let index = 0; index < part.length; index++) {
    const steps = Math.fround(Math.fround(part[index]! * inverse) + zero);
    // Halves go away from zero; below zero everything is cut off.
    const code = Math.min(Math.max(Math.floor(steps + 0.5), 0), most);
    if (bits === 8) codes[start + index] = code;
    else {
      const byte = start + (index >> 1);
      codes[byte] = index % 2 === 0 ? (codes[byte]! & 0xf0) | code : (codes[byte]! & 0x0f) | (code << 4);
    }
  }
}
