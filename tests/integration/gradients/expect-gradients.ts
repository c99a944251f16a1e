import { largestDifference } from '@linchpin/testing';
import { expect } from 'vitest';
import type { TrainingResult } from './run-training.ts';

export interface Tolerances {
  readonly loss: number;
  /** Relative to the largest entry of a tensor. */
  readonly gradients: number;
}

/** A bias shares the scale of its weight: that of keys has the gradient 0, and only rounding to be compared with. */
export function expectGradients(got: TrainingResult, expected: TrainingResult, tolerances: Tolerances): void {
  expect(Math.abs(got.loss - expected.loss)).toBeLessThan(tolerances.loss);
  expect([...got.gradients.keys()].toSorted()).toEqual([...expected.gradients.keys()].toSorted());
  for (const [name, gradient] of expected.gradients) {
    const twin = expected.gradients.get(name.replace(/bias$/, 'weight')) ?? gradient;
    const scale = Math.max(largest(gradient), largest(twin));
    const difference = largestDifference(got.gradients.get(name)!, gradient);
    expect({ name, isClose: difference <= tolerances.gradients * scale, difference, scale }).toMatchObject({
      isClose: true,
    });
  }
}

function largest(values: ArrayLike<number>): number {
  return Math.max(...Array.from(values, Math.abs));
}
