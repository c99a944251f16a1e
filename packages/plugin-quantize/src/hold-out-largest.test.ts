import fc from 'fast-check';
import { expect, it } from 'vitest';
import { holdOutLargest, lowerMedian } from './hold-out-largest.ts';

it('takes the first of the largest magnitudes', () => {
  const { index, value, rest } = holdOutLargest(Float32Array.of(1, -7, 3, 7, 0));
  expect([index, value]).toEqual([1, -7]);
  expect(rest).toEqual(Float32Array.of(1, 1, 3, 7, 0));
});

it('takes the lower of two middle values', () => {
  expect(lowerMedian(Float32Array.of(4, 1, 3, 2))).toBe(2);
  expect(lowerMedian(Float32Array.of(5, 1, 3))).toBe(3);
  expect(lowerMedian(Float32Array.of(9))).toBe(9);
});

it('leaves the span of three or more values as the others have it, whatever fills the place', () => {
  const values = fc.float32Array({ minLength: 3, maxLength: 30, noNaN: true });
  fc.assert(
    fc.property(values, (array) => {
      const { index, rest } = holdOutLargest(array);
      const others = array.filter((_, at) => at !== index);
      expect(Math.max(...rest)).toBe(Math.max(...others));
      expect(Math.min(...rest)).toBe(Math.min(...others));
    }),
  );
});
