import fc from 'fast-check';
import { expect, it } from 'vitest';
import { largestMagnitude } from './largest-magnitude.ts';

it('is the n-th of the sorted magnitudes', () => {
  const values = fc.float32Array({ minLength: 1, maxLength: 200, noNaN: true });
  fc.assert(
    fc.property(values, fc.nat(), (array, pick) => {
      const n = (pick % array.length) + 1;
      const sorted = Float32Array.from(array, Math.abs).toSorted().toReversed();
      expect(largestMagnitude(array, n)).toBe(sorted[n - 1]);
    }),
  );
});
