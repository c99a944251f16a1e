import { syntheticPlan } from '@linchpin/cluster';
import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

describe('a simulated division', () => {
  const plan = syntheticPlan({ models: 40, chains: 5, tasks: 5 });

  it.each([1, 4, 16])('among %d workers ends within a tenth of what is possible', (workers) => {
    const { makespan, bound, boundOfCells, longestFirst, models } = simulate(plan, workers);
    expect(makespan).toBeGreaterThanOrEqual(bound * (1 - 1e-12));
    expect(makespan).toBeLessThanOrEqual(1.1 * bound);
    expect(longestFirst).toBeGreaterThanOrEqual(boundOfCells * (1 - 1e-12));
    expect(models[0] * workers).toBeLessThanOrEqual(40 + workers);
  });
});
