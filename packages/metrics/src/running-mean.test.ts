import { describe, expect, it } from 'vitest';
import { RunningMean } from './running-mean.ts';
import { mean, sampleDeviation } from './sample-deviation.ts';

describe('RunningMean', () => {
  it('is the mean and the standard error of the numbers that were added', () => {
    // Far from zero, where a sum of squares would have lost all digits.
    const values = [1e8 + 1, 1e8 + 2, 1e8 + 4, 1e8 + 8];
    const running = new RunningMean();
    for (const value of values) running.add(value);
    const { value, standardError } = running.estimate();
    expect(value).toBeCloseTo(mean(values), 6);
    expect(standardError).toBeCloseTo(sampleDeviation(values)! / 2, 6);
  });

  it('knows no spread of one number, and nothing of none', () => {
    const running = new RunningMean();
    expect(running.estimate()).toEqual({ value: Number.NaN, standardError: null });
    running.add(3);
    expect(running.estimate()).toEqual({ value: 3, standardError: null });
  });
});
