/**
 * Blocks of 256 values in groups of 16 or 32, whose scales (and minima) are whole numbers of few bits times a scale of the block.
 * Bits of one value lie in several fields; value e is looked up in each.
 */
import type { Block } from './block.ts';
import { halfAt } from './half.ts';

const size = 256;

export const largeBlocks: Readonly<Record<'Q2_K' | 'Q3_K' | 'Q4_K' | 'Q5_K' | 'Q6_K', Block>> = {
  Q2_K: {
    values: size,
    bytes: 84, // 16 scales and minima of 4 bits each, 64 bytes of pairs of bits, scale, scale of minima
    read({ bytes, at, out, to }) {
      const [scale, minimum] = [halfAt(bytes, at + 80), halfAt(bytes, at + 82)];
      for (let group = 0; group < 16; group++) {
        const both = bytes[at + group]!;
        const [step, offset] = [Math.fround(scale * (both & 15)), Math.fround(minimum * (both >> 4))];
        for (let e = group * 16; e < group * 16 + 16; e++)
          out[to + e] = Math.fround(step * twoBits(bytes, at + 16, e)) - offset;
      }
    },
  },
  Q3_K: {
    values: size,
    bytes: 110, // 256 third bits, 64 bytes of pairs of bits, 16 scales of 6 bits, scale
    read({ bytes, at, out, to }) {
      const scale = halfAt(bytes, at + 108);
      const scales = at + 96;
      for (let group = 0; group < 16; group++) {
        const low = (bytes[scales + (group & 7)]! >> (group < 8 ? 0 : 4)) & 15;
        const high = (bytes[scales + 8 + (group & 3)]! >> (2 * (group >> 2))) & 3;
        const step = Math.fround(scale * ((low | (high << 4)) - 32));
        for (let e = group * 16; e < group * 16 + 16; e++) {
          const third = (bytes[at + (e & 31)]! >> (e >> 5)) & 1;
          // A third bit that is set takes nothing away.
          out[to + e] = step * (twoBits(bytes, at + 32, e) - (third === 1 ? 0 : 4));
        }
      }
    },
  },
  Q4_K: {
    values: size,
    bytes: 144, // scale, scale of minima, 8 scales and minima of 6 bits each, 128 bytes of nibbles
    read({ bytes, at, out, to }) {
      for (let group = 0; group < 8; group++) {
        const { step, offset } = sixBitScales(bytes, at, group);
        for (let e = group * 32; e < group * 32 + 32; e++)
          out[to + e] = Math.fround(step * fourBits(bytes, at + 16, e)) - offset;
      }
    },
  },
  Q5_K: {
    values: size,
    bytes: 176, // as Q4_K, with 256 fifth bits before the nibbles
    read({ bytes, at, out, to }) {
      for (let group = 0; group < 8; group++) {
        const { step, offset } = sixBitScales(bytes, at, group);
        for (let e = group * 32; e < group * 32 + 32; e++) {
          const fifth = (bytes[at + 16 + (e & 31)]! >> (e >> 5)) & 1;
          out[to + e] = Math.fround(step * (fourBits(bytes, at + 48, e) | (fifth << 4))) - offset;
        }
      }
    },
  },
  Q6_K: {
    values: size,
    bytes: 210, // 128 bytes of nibbles, 64 bytes of pairs of bits, 16 signed scales, scale
    read({ bytes, at, out, to }) {
      const scale = halfAt(bytes, at + 208);
      for (let group = 0; group < 16; group++) {
        const step = Math.fround(scale * ((bytes[at + 192 + group]! << 24) >> 24));
        for (let e = group * 16; e < group * 16 + 16; e++) {
          const low = (bytes[at + ((e >> 7) << 6) + (e & 63)]! >> (e & 64 ? 4 : 0)) & 15;
          out[to + e] = step * ((low | (twoBits(bytes, at + 128, e) << 4)) - 32);
        }
      }
    },
  },
};

/** Of 128 values four lie in each of 32 bytes, 32 values apart. */
function twoBits(bytes: Uint8Array, at: number, e: number): number {
  return (bytes[at + ((e >> 7) << 5) + (e & 31)]! >> (2 * ((e >> 5) & 3))) & 3;
}

/** Of 64 values two lie in each of 32 bytes, 32 values apart. */
function fourBits(bytes: Uint8Array, at: number, e: number): number {
  return (bytes[at + ((e >> 6) << 5) + (e & 31)]! >> (e & 32 ? 4 : 0)) & 15;
}

/** Of the block at `at`: 12 bytes of 6-bit numbers behind both scales; those of the upper groups are in two parts. */
function sixBitScales(
  bytes: Uint8Array,
  at: number,
  group: number,
): { readonly step: number; readonly offset: number } {
  const packed = at + 4;
  const [first, second, third] = [0, 4, 8].map((field) => bytes[packed + field + (group & 3)]!) as [
    number,
    number,
    number,
  ];
  const scale = group < 4 ? first & 63 : (third & 15) | ((first >> 2) & 48);
  const minimum = group < 4 ? second & 63 : (third >> 4) | ((second >> 2) & 48);
  return { step: Math.fround(halfAt(bytes, at) * scale), offset: Math.fround(halfAt(bytes, at + 2) * minimum) };
}
