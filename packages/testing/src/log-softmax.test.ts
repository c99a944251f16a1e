import { expect, it } from 'vitest';
import { logSoftmax } from './log-softmax.ts';

it('gives ln p, also of logits whose exponentials overflow', () => {
  const [first, second] = logSoftmax([1000, 1000 + Math.log(3)]);
  expect(first).toBeCloseTo(Math.log(0.25), 12);
  expect(second).toBeCloseTo(Math.log(0.75), 12);
});
