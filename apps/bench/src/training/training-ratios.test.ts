import { describe, expect, it } from 'vitest';
import type { MeasuredSteps } from './measure-steps.ts';
import { goals, ratiosOf, type RunName } from './training-ratios.ts';

function steps(cpuSeconds: number, peakMemory: number): MeasuredSteps {
  return { losses: [1], best: { seconds: 1, cpuSeconds }, peakMemory, trained: 1, estimate: 1 };
}

describe('ratiosOf', () => {
  it('relates CPU seconds and peaks, and says which are as small as they should be', () => {
    const runs = new Map<RunName, MeasuredSteps>([
      ['smt, kept', steps(6, 600)],
      ['lora, kept', steps(10, 1000)],
    ]);
    const found = ratiosOf(runs).map(({ name, value, isReached }) => [name, value, isReached]);
    expect(found).toEqual([
      ['CPU time: smt, kept / lora, kept', 0.6, true],
      ['peak memory: smt, kept / lora, kept', 0.6, true],
    ]);
    runs.set('lora, kept', steps(7, 800));
    expect(ratiosOf(runs).map(({ isReached }) => isReached)).toEqual([false, false]);
  });

  it('has a number for every goal where all was measured', () => {
    const names = new Set(goals.flatMap(({ of, to }) => [of, to]));
    expect(ratiosOf(new Map([...names].map((name) => [name, steps(1, 1)])))).toHaveLength(goals.length);
  });
});
