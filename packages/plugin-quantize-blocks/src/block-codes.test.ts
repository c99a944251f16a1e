import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectProblem } from '@linchpin/testing';
import { type BlockFormat, decodeBlocks, encodeBlocks } from './block-codes.ts';

const format: BlockFormat = { bits: 4, block: 16 };

function rowOf(values: readonly number[]): { values: Float32Array; shape: readonly [number, number]; name: string } {
  return { values: Float32Array.from(values), shape: [1, values.length], name: 'w' };
}

describe('encodeBlocks', () => {
  it('makes the largest magnitude the lowest code, and packs two codes a byte, the first in the lower half', () => {
    const { codes, scales, blocks } = encodeBlocks(rowOf([4, 1, -1, 0, 2, 0.2]), format);
    expect([...scales]).toEqual([-0.5]);
    // -0.5 a step: 4 is 8 steps below the code of 0, which is 8.
    expect(codes.slice(0, 3)).toEqual(Uint8Array.of(0x60, 0x8a, 0x84));
    expect(codes.slice(3)).toEqual(new Uint8Array(5).fill(0x88));
    expect(blocks).toBe(1);
  });

  it('takes the negative one of two equal magnitudes', () => {
    expect([...encodeBlocks(rowOf([2, -2]), format).scales]).toEqual([0.25]);
  });

  it('keeps zeros, and numbers too small for a scale, as zeros', () => {
    const row = rowOf([0, 0, 2 ** -140, 0]);
    expect([...decodeBlocks(encodeBlocks(row, format), row.shape, format)]).toEqual([0, 0, 0, 0]);
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses %s', (value) => {
    expectProblem('quantize-blocks/non-finite', () => encodeBlocks(rowOf([1, value]), format));
  });

  it.each([4, 8] as const)('is off by at most half a step of a block in %i bits, and exact at its largest', (bits) => {
    const row = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 70 });
    fc.assert(
      fc.property(row, (values) => {
        const matrix = rowOf(values);
        const encoded = encodeBlocks(matrix, { bits, block: 32 });
        const decoded = decodeBlocks(encoded, matrix.shape, { bits, block: 32 });
        matrix.values.forEach((value, at) => {
          const step = Math.abs(encoded.scales[Math.floor(at / 32)]!);
          // One step has no reciprocal in float32: too small for a scale.
          if (!Number.isFinite(Math.fround(1 / step))) return expect(decoded[at]).toBe(0);
          const most = 2 ** (bits - 1) * step;
          // The highest code is one step short of the other end.
          const isCut = Math.abs(value) > most - step;
          // A scale below the normal numbers of float32 is rounded by up to 2^-150, and each of its steps is off by that.
          const rounding = 2 ** (bits - 1) * 2 ** -150;
          expect(Math.abs(decoded[at]! - value)).toBeLessThanOrEqual((isCut ? 1 : 0.5) * step * (1 + 1e-5) + rounding);
          if (Math.abs(value) === most && Math.sign(value) !== Math.sign(encoded.scales[Math.floor(at / 32)]!))
            expect(decoded[at]).toBe(value);
        });
      }),
    );
  });
});
