import { expectProblem } from '@linchpin/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dequantizeTensor, type Levels, quantizeTensor, roundHalfToEven, type Scheme } from './tensor-quantizer.ts';

const subject = 'w';
const quantizers = [
  { scheme: 'symmetric', levels: 127 },
  { scheme: 'asymmetric', levels: 127 },
  { scheme: 'asymmetric', levels: 255 },
  { scheme: 'symmetric', levels: 32767 },
  { scheme: 'asymmetric', levels: 32767 },
  { scheme: 'asymmetric', levels: 65535 },
] satisfies readonly { scheme: Scheme; levels: Levels }[];

describe.each(quantizers)('$scheme with $levels steps', (quantizer) => {
  it('misses no value by more than half a step', () => {
    const values = fc.float32Array({ minLength: 1, maxLength: 40, noNaN: true, min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(values, (array) => {
        const quantized = quantizeTensor(array, quantizer, { groupSize: array.length, subject });
        const step = quantized.scale[0]!;
        // The division and the sum round to float32: 2^-24 of a quotient up to `levels`, and of the largest value.
        // A spread of less than `levels` of the smallest steps counts as none.
        const { levels } = quantizer;
        const rounding = step * levels * 2 ** -23 + largest(array) * 2 ** -23 + levels * 2 ** -126;
        dequantizeTensor(quantized).forEach((value, at) =>
          expect(Math.abs(value - array[at]!)).toBeLessThanOrEqual(step / 2 + rounding),
        );
      }),
    );
  });

  it('has steps that become as small as its levels are many', () => {
    const { scale } = quantizeTensor(Float32Array.of(-1, 0.5, 1), quantizer, { groupSize: 3, subject });
    const range = quantizer.scheme === 'symmetric' ? 1 : 2;
    expect(scale[0]).toBe(Math.fround(range / quantizer.levels));
  });

  it('quantizes groups by themselves', () => {
    const [a, b] = [Float32Array.of(1, -2, 0.5), Float32Array.of(100, 7, -3)];
    const both = quantizeTensor(Float32Array.of(...a, ...b), quantizer, { groupSize: 3, subject });
    const each = [a, b].map((group) => quantizeTensor(group, quantizer, { groupSize: 3, subject }));
    expect([...both.codes]).toEqual(each.flatMap(({ codes }) => [...codes]));
    expect([...both.scale]).toEqual(each.map(({ scale }) => scale[0]!));
  });

  it('gives zeros back as zeros', () => {
    const quantized = quantizeTensor(new Float32Array(4), quantizer, { groupSize: 2, subject });
    expect(dequantizeTensor(quantized)).toEqual(new Float32Array(4));
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses %s', (value) => {
    expectProblem('quantize/non-finite', () =>
      quantizeTensor(Float32Array.of(1, 2, 3, value), quantizer, { groupSize: 2, subject }),
    );
  });
});

it('keeps a constant group as it is where asymmetric', () => {
  for (const levels of [127, 255] as const) {
    const values = Float32Array.of(-0.3, -0.3, -0.3);
    const quantized = quantizeTensor(values, { scheme: 'asymmetric', levels }, { groupSize: 3, subject });
    expect([...quantized.codes]).toEqual([0, 0, 0]);
    expect(dequantizeTensor(quantized)).toEqual(values);
  }
});

it('gives a constant group its largest code where symmetric, to half a step', () => {
  const values = Float32Array.of(-0.3, -0.3);
  const quantized = quantizeTensor(values, { scheme: 'symmetric', levels: 127 }, { groupSize: 2, subject });
  expect([...quantized.codes]).toEqual([-127, -127]);
});

it('makes no symmetric scale from less than 1e-5', () => {
  const quantized = quantizeTensor(
    Float32Array.of(1e-9, 0),
    { scheme: 'symmetric', levels: 127 },
    { groupSize: 2, subject },
  );
  expect(quantized.scale[0]).toBe(Math.fround(Math.fround(1e-5) / 127));
});

it('refuses an asymmetric group whose spread no float32 holds', () => {
  expectProblem('quantize/non-finite', () =>
    quantizeTensor(Float32Array.of(3e38, -3e38), { scheme: 'asymmetric', levels: 255 }, { groupSize: 2, subject }),
  );
});

it('rounds halves to even', () => {
  expect([0.5, 1.5, 2.5, -0.5, -1.5, 126.5, 0.49999997].map((value) => roundHalfToEven(value) + 0)).toEqual([
    0, 2, 2, 0, -2, 126, 0,
  ]);
});

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
