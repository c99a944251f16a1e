import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packArrays, unpackArrays } from './named-arrays.ts';

it('gives back every array under its name, wherever the bytes begin', () => {
  const arrays = fc.array(fc.tuple(fc.string(), fc.float32Array()), { maxLength: 4 });
  fc.assert(
    fc.property(arrays, fc.nat(3), (entries, shift) => {
      const named = new Map(entries);
      const packed = packArrays(named);
      const shifted = new Uint8Array(packed.length + shift);
      shifted.set(packed, shift);
      expect(unpackArrays(shifted.subarray(shift))).toEqual(named);
    }),
  );
});
