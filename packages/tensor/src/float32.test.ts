import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactBytes, fromFloat32, toFloat32 } from './float32.ts';

/** Little-endian 2-byte elements. */
function halves(...bits: number[]): Uint8Array {
  return new Uint8Array(Uint16Array.from(bits).buffer);
}

/** Value of IEEE 754 binary16 bits, by the definition. */
function binary16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

describe('toFloat32', () => {
  it('widens every F16 as IEEE 754 defines it, subnormals, infinities and NaN included', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits);
    const expected = Array.from(all, binary16);
    const found = toFloat32(new Uint8Array(all.buffer), 'F16');
    const wrong = expected.findIndex((value, bits) => !Object.is(value, found[bits]));
    expect(wrong).toBe(-1);
  });

  it('widens F16 landmarks', () => {
    const bits = halves(0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00);
    expect([...toFloat32(bits, 'F16')]).toEqual([
      1,
      -2,
      65504,
      2 ** -14,
      1023 * 2 ** -24,
      2 ** -24,
      -0,
      Infinity,
      -Infinity,
      Number.NaN,
    ]);
  });

  it('widens BF16 landmarks', () => {
    const bits = halves(0x3f80, 0xc000, 0x7f7f, 0x0080, 0x0001, 0x8000, 0x7f80, 0xff80, 0x7fc0);
    expect([...toFloat32(bits, 'BF16')]).toEqual([
      1,
      -2,
      (2 - 2 ** -7) * 2 ** 127,
      2 ** -126,
      2 ** -133,
      -0,
      Infinity,
      -Infinity,
      Number.NaN,
    ]);
  });

  it.each(['F32', 'F16', 'BF16'] as const)('reads %s bytes that are not aligned', (dtype) => {
    const values = Float32Array.from([0.5, -3, 2 ** -10]); // exact in all three
    const bytes = fromFloat32(values, dtype);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(toFloat32(shifted.subarray(1), dtype)).toEqual(values);
    expect(toFloat32(Buffer.from(shifted.buffer).subarray(1), dtype)).toEqual(values);
  });

  it.each(['F32', 'F16', 'BF16'] as const)('gives a copy of %s', (dtype) => {
    const bytes = Buffer.from(fromFloat32(Float32Array.of(1), dtype).buffer);
    const values = toFloat32(bytes, dtype);
    bytes.fill(0);
    expect([...values]).toEqual([1]);
  });

  it('refuses half an element', () => {
    expect(() => toFloat32(new Uint8Array(3), 'BF16')).toThrow('internal');
  });
});

describe('fromFloat32', () => {
  it.each(['F16', 'BF16'] as const)('gives back the bits of every finite %s', (dtype) => {
    const halfPrecision = fc
      .integer({ min: 0, max: 0xffff })
      .filter((bits) => Number.isFinite(toFloat32(halves(bits), dtype)[0]));
    fc.assert(
      fc.property(fc.array(halfPrecision), (bits) => {
        const bytes = halves(...bits);
        expect(fromFloat32(toFloat32(bytes, dtype), dtype)).toEqual(bytes);
      }),
    );
  });

  it('gives back every float32 as F32', () => {
    fc.assert(
      fc.property(fc.float32Array(), (values) => {
        expect(toFloat32(fromFloat32(values, 'F32'), 'F32')).toEqual(values);
      }),
    );
  });

  it.each([
    { dtype: 'F16', relative: 2 ** -11, smallestNormal: 2 ** -14, largest: 65504 },
    { dtype: 'BF16', relative: 2 ** -8, smallestNormal: 2 ** -126, largest: (2 - 2 ** -7) * 2 ** 127 },
  ] as const)(
    'rounds $dtype to nearest: within half a unit in the last place',
    ({ dtype, relative, smallestNormal, largest }) => {
      const value = fc.float({ min: Math.fround(-largest), max: Math.fround(largest), noNaN: true });
      fc.assert(
        fc.property(value, (x) => {
          const rounded = toFloat32(fromFloat32(Float32Array.of(x), dtype), dtype)[0]!;
          expect(Math.abs(rounded - x)).toBeLessThanOrEqual(Math.max(Math.abs(x), smallestNormal) * relative);
        }),
      );
    },
  );

  it('rounds ties to even, overflows to infinity and keeps NaN', () => {
    const tie = 1 + 2 ** -8; // halfway between 1 and the next BF16
    const oddTie = 1 + 3 * 2 ** -8;
    const narrowNaN = new Float32Array(Uint32Array.of(0x7f800001).buffer)[0]!;
    const bytes = fromFloat32(Float32Array.of(tie, oddTie, 3.4e38, Number.NaN, narrowNaN), 'BF16');
    expect([...toFloat32(bytes, 'BF16')]).toEqual([1, 1 + 2 ** -6, Infinity, Number.NaN, Number.NaN]);
    expect([...toFloat32(fromFloat32(Float32Array.of(1 + 2 ** -11, 70000), 'F16'), 'F16')]).toEqual([1, Infinity]);
  });
});

describe('exactBytes', () => {
  it.each(['F16', 'BF16'] as const)(
    'gives the bytes of %s where it holds every value, zeroes of both signs and NaN too',
    (dtype) => {
      const held = Float32Array.of(0, -0, NaN, Infinity, -1.5, 2 ** -14);
      expect(exactBytes(held, dtype)).toEqual(fromFloat32(held, dtype));
      for (const lost of [0.1, 1 + 2 ** -20, 2 ** -140, 1e39])
        expect({ lost, bytes: exactBytes(Float32Array.of(1, lost), dtype)?.length }).toEqual({
          lost,
          bytes: Number.isFinite(Math.fround(lost)) ? undefined : 4,
        });
    },
  );
});
