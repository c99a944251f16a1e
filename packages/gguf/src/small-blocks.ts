/** Blocks of 32 values with one scale, and in types of the number 1 one minimum. A nibble is value j, the next value j + 16. */
import type { Block } from './block.ts';
import { halfAt } from './half.ts';

const size = 32;
const half = size / 2;

export const smallBlocks: Readonly<Record<'Q4_0' | 'Q4_1' | 'Q5_0' | 'Q5_1' | 'Q8_0', Block>> = {
  Q4_0: {
    values: size,
    bytes: 18, // scale, 16 bytes of nibbles
    read({ bytes, at, out, to }) {
      const scale = halfAt(bytes, at);
      for (let j = 0; j < half; j++) {
        const pair = bytes[at + 2 + j]!;
        out[to + j] = scale * ((pair & 15) - 8);
        out[to + half + j] = scale * ((pair >> 4) - 8);
      }
    },
  },
  Q4_1: {
    values: size,
    bytes: 20, // scale, minimum, 16 bytes of nibbles
    read({ bytes, at, out, to }) {
      const [scale, minimum] = [halfAt(bytes, at), halfAt(bytes, at + 2)];
      for (let j = 0; j < half; j++) {
        const pair = bytes[at + 4 + j]!;
        out[to + j] = Math.fround(scale * (pair & 15)) + minimum;
        out[to + half + j] = Math.fround(scale * (pair >> 4)) + minimum;
      }
    },
  },
  Q5_0: {
    values: size,
    bytes: 22, // scale, 32 fifth bits, 16 bytes of nibbles
    read({ bytes, at, out, to }) {
      const scale = halfAt(bytes, at);
      for (let j = 0; j < size; j++) out[to + j] = scale * (fiveBits(bytes, at + 2, j) - 16);
    },
  },
  Q5_1: {
    values: size,
    bytes: 24, // scale, minimum, 32 fifth bits, 16 bytes of nibbles
    read({ bytes, at, out, to }) {
      const [scale, minimum] = [halfAt(bytes, at), halfAt(bytes, at + 2)];
      for (let j = 0; j < size; j++) out[to + j] = Math.fround(scale * fiveBits(bytes, at + 4, j)) + minimum;
    },
  },
  Q8_0: {
    values: size,
    bytes: 34, // scale, 32 signed bytes
    read({ bytes, at, out, to }) {
      const scale = halfAt(bytes, at);
      for (let j = 0; j < size; j++) out[to + j] = scale * ((bytes[at + 2 + j]! << 24) >> 24);
    },
  },
};

/** Number `j` of 32: its fifth bit stands at `at`, its nibble in the 16 bytes behind the fifth bits. */
function fiveBits(bytes: Uint8Array, at: number, j: number): number {
  const high = (bytes[at + (j >> 3)]! >> (j & 7)) & 1;
  const pair = bytes[at + 4 + (j & 15)]!;
  return (j < half ? pair & 15 : pair >> 4) | (high << 4);
}
