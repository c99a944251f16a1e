import { expectProblem } from '@linchpin/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clipping, thresholds } from './clipping.ts';
import { type MatrixRule, quantizeMatrix } from './quantize-matrix.ts';

const plain: MatrixRule = { bits: 4, clipping: 'none', levels: 'integer', arithmetic: 'float32' };

function quantized(values: Float32Array, size: number, rule: Partial<MatrixRule> = {}): Float32Array {
  const copy = values.slice();
  quantizeMatrix(
    { name: 'w', values: copy, columns: size, blocks: { size, isFallback: false } },
    { ...plain, ...rule },
  );
  return copy;
}

/** What is left of the weights before they are rounded. */
function clipped(values: Float32Array, size: number, clipping: Clipping | 'none'): Float32Array {
  if (clipping === 'none') return values;
  const limit = thresholds(clipping, {
    weights: values,
    blocks: { size, isFallback: false },
    arithmetic: 'float32',
  });
  return values.map((value, index) => {
    const from = index - (index % size);
    const most = limit(from, from + size);
    return Math.min(Math.max(value, -most), most);
  });
}

/** Weights of usual size: scales of smaller ones may be out of float16's range. */
const weights = fc
  .float32Array({ minLength: 16, maxLength: 16, min: -2, max: 2, noNaN: true })
  .filter((array) => Math.max(...array) - Math.min(...array) > 0.1);
/** No two of them are so near that a block of both has no scale. */
const coarse = fc
  .array(fc.integer({ min: -20_000, max: 20_000 }), { minLength: 16, maxLength: 16 })
  .map((numbers) => Float32Array.from(numbers, (number) => number / 10_000));
const bits = fc.integer({ min: 2, max: 8 });

describe('quantizeMatrix', () => {
  it('moves no weight by more than half a step', () => {
    fc.assert(
      fc.property(weights, bits, (array, count) => {
        const step = (Math.max(...array) - Math.min(...array)) / (2 ** count - 1);
        const result = quantized(array, 16, { bits: count });
        // Five roundings of float32 at magnitudes below 8.
        for (const [index, value] of result.entries())
          expect(Math.abs(value - array[index]!)).toBeLessThanOrEqual(step / 2 + 5 * 2 ** -22);
      }),
    );
  });

  describe.each<Clipping | 'none'>([
    'none',
    { method: 'z', value: 1 },
    { method: 'bp', value: 0.2 },
    { method: 'tp', value: 0.2 },
    { method: 'iqr', value: 0.1 },
  ])('with 16 bits, clipping %o', (clipping) => {
    // Normal floats have 16 levels at most, and of float16 a number has but 11 bits.
    it.each(['integer', 'shift'] as const)('comes as near to the clipped weights as float32 allows: %s', (levels) => {
      fc.assert(
        fc.property(coarse, fc.constantFrom(2, 4, 16), (array, size) => {
          // Half a step of a range of at most 4, and the roundings of float32; cells of the shift are a step apart.
          const largest = (levels === 'shift' ? 1 : 0.5) * (4 / (2 ** 16 - 1)) + 5 * 2 ** -22;
          const expected = clipped(array, size, clipping);
          quantized(array, size, { bits: 16, levels, clipping }).forEach((value, index) =>
            expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(largest),
          );
        }),
      );
    });
  });

  it('leaves at most 2^bits values in a block', () => {
    const levels = fc.constantFrom('integer', 'normal_float' as const);
    fc.assert(
      fc.property(weights, levels, fc.constantFrom(3, 4), (array, set, count) => {
        expect(new Set(quantized(array, 16, { bits: count, levels: set })).size).toBeLessThanOrEqual(2 ** count);
      }),
    );
  });

  it.each(['float32', 'float16'] as const)('gives numbers of %s', (arithmetic) => {
    const round = arithmetic === 'float32' ? Math.fround : Math.f16round;
    fc.assert(
      fc.property(weights, fc.constantFrom('integer', 'shift', 'normal_float' as const), (array, levels) => {
        for (const value of quantized(array, 16, { arithmetic, levels })) expect(value).toBe(round(value));
      }),
    );
  });

  it('keeps blocks apart', () => {
    const both = quantized(Float32Array.of(0, 1, 2, 30, 0, 100, 200, 3000), 4);
    expect(both).toEqual(
      Float32Array.of(
        ...quantized(Float32Array.of(0, 1, 2, 30), 4),
        ...quantized(Float32Array.of(0, 100, 200, 3000), 4),
      ),
    );
  });

  it('leaves a block of one value as it is, and counts it', () => {
    const values = Float32Array.of(0.3, 0.3, 0.3, 0.3, 0, 1, 2, 3);
    const report = quantizeMatrix({ name: 'w', values, columns: 4, blocks: { size: 4, isFallback: false } }, plain);
    expect(values.subarray(0, 4)).toEqual(Float32Array.of(0.3, 0.3, 0.3, 0.3));
    expect(report).toEqual({ clipped: 0, constantBlocks: 1, narrowBlocks: 0 });
  });

  it('clips before it looks for the range, and counts what it clipped', () => {
    const values = Float32Array.of(0, 1, -2, 100);
    const rule: MatrixRule = { ...plain, bits: 2, clipping: { method: 'bp', value: 0.3 } };
    // The largest but one is 2: the range is that from -2 to 2, in steps of 4/3.
    const report = quantizeMatrix({ name: 'w', values, columns: 4, blocks: { size: 4, isFallback: false } }, rule);
    expect(report).toEqual({ clipped: 1, constantBlocks: 0, narrowBlocks: 0 });
    expect(values[3]).toBe(2);
    expect(values[2]).toBe(-2);
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses a weight of %s', (value) => {
    expectProblem('quantize-weights/non-finite', () => quantized(Float32Array.of(0, 1, value, 3), 4));
  });

  it('leaves blocks as they are whose range is too small for a scale, counts them, and says where they begin', () => {
    const tiny = 2 ** -140; // subnormal: 15 steps over twice as much are more than float32 holds
    const values = Float32Array.of(0, 1, 2, 3, -tiny, 0, tiny, 0, 0, 0, 0, tiny);
    const before = values.slice();
    const report = quantizeMatrix({ name: 'w', values, columns: 4, blocks: { size: 4, isFallback: false } }, plain);
    expect(report).toEqual({ clipped: 0, constantBlocks: 0, narrowBlocks: 2, firstNarrowRow: 1 });
    expect(values.subarray(4)).toEqual(before.subarray(4));
    const narrow = Float32Array.of(0, 1e-5);
    expect(quantized(narrow, 2, { arithmetic: 'float16' })).toEqual(narrow.map(Math.f16round));
    expect(quantized(narrow, 2)[0]).toBe(0);
  });

  it('refuses a weight that float16 cannot hold, and a range that the arithmetic cannot', () => {
    expectProblem('quantize-weights/non-finite', () =>
      quantized(Float32Array.of(0, 1e5), 2, { arithmetic: 'float16' }),
    );
    for (const [values, arithmetic] of [
      [Float32Array.of(-6e4, 6e4), 'float16'],
      [Float32Array.of(-3e38, 3e38), 'float32'],
    ] as const)
      expectProblem('quantize-weights/scale-out-of-range', () => quantized(values, 2, { arithmetic }));
  });
});
