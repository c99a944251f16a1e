import { expect, it } from 'vitest';
import fc from 'fast-check';
import { narrowToFloat16, roundToFloat16, widenFloat16 } from './float16.ts';

// The tests run on a Node that has the formats itself.
const { f16round } = Math as unknown as { readonly f16round: (value: number) => number };
const { Float16Array: Native } = globalThis as unknown as {
  readonly Float16Array: new (from: ArrayBuffer | Float32Array) => { readonly buffer: ArrayBuffer } & Iterable<number>;
};

it('widens all 65536 numbers', () => {
  const halves = new Uint16Array(65536).map((_, index) => index);
  expect(widenFloat16(halves)).toEqual(Float32Array.from(new Native(halves.buffer)));
});

it('narrows float32 numbers, ties and subnormal numbers included', () => {
  const numbers = [...widenFloat16(new Uint16Array(65536).map((_, index) => index))];
  const between = numbers.flatMap((value, index, all) => {
    const tie = (value + (all[index + 1] ?? value)) / 2;
    return [value, tie, tie * (1 + 2 ** -22), tie * (1 - 2 ** -22)];
  });
  const values = Float32Array.from(between);
  expect(narrowToFloat16(values)).toEqual(new Uint16Array(new Native(values).buffer));
});

it('rounds float64 numbers once', () => {
  const bits = fc.tuple(fc.boolean(), fc.integer({ min: -30, max: 18 }), fc.double({ min: 1, max: 2 }));
  fc.assert(
    fc.property(bits, ([isNegative, exponent, fraction]) => {
      const value = (isNegative ? -1 : 1) * fraction * 2 ** exponent;
      const tie = f16round(value) * (1 + 2 ** -11);
      for (const each of [value, tie, tie * (1 + 2 ** -52), tie * (1 - 2 ** -53)])
        expect(roundToFloat16(each)).toBe(f16round(each));
    }),
    { numRuns: 20000 },
  );
});

it.each([
  0,
  -0,
  1e-9,
  -1e-9,
  Infinity,
  -Infinity,
  NaN,
  65504,
  65519.999,
  65520,
  -65520,
  2 ** -24,
  2 ** -25,
  -(2 ** -25),
])('rounds %d', (value) => {
  expect(roundToFloat16(value)).toBe(f16round(value));
});
