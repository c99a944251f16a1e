import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secondsOf } from '../plan/cost.ts';
import { divide } from './shards.ts';
import { syntheticPlan } from './synthetic-plan.ts';

const plans = fc
  .record({
    models: fc.integer({ min: 1, max: 5 }),
    chains: fc.integer({ min: 1, max: 6 }),
    tasks: fc.integer({ min: 1, max: 10 }),
    seed: fc.integer({ min: 1, max: 1000 }),
  })
  .map(syntheticPlan);

describe('shards', () => {
  it('have every unit once, and are the same whenever they are asked for', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 60 }), (plan, machines) => {
        const shards = divide(plan, machines);
        expect(shards).toHaveLength(machines);
        const seen = plan.cells.map(({ units }) => new Uint8Array(units));
        for (const { shares } of shards) {
          for (const { cell, first, end } of shares) for (let unit = first; unit < end; unit++) seen[cell]![unit]!++;
        }
        expect(seen.every((units) => units.every((count) => count === 1))).toBe(true);
        expect(divide(plan, machines)).toEqual(shards);
      }),
      { numRuns: 40 },
    );
  });

  it('none has more than an even share and one unit', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 60 }), (plan, machines) => {
        const total = plan.cells.reduce((sum, cell) => sum + secondsOf(plan, cell), 0);
        const largest = Math.max(...plan.cells.map((cell) => secondsOf(plan, cell) / cell.units));
        const longest = Math.max(...divide(plan, machines).map(({ seconds }) => seconds));
        expect(longest).toBeLessThanOrEqual((total / machines + largest) * (1 + 1e-9));
      }),
      { numRuns: 40 },
    );
  });

  it('keep models together', () => {
    const plan = syntheticPlan({ models: 20, chains: 4, tasks: 5 });
    const models = divide(plan, 10).map(
      ({ shares }) => new Set(shares.map(({ cell }) => plan.cells[cell]!.model)).size,
    );
    // 20 models on 10 machines, cut at 9 places.
    expect(models.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(29);
  });

  it('give whole experiments to one machine each, the largest first', () => {
    const plan = syntheticPlan({ models: 5, chains: 1, tasks: 1 });
    const cells = plan.cells.map((cell) => ({ ...cell, unit: 'whole' as const, units: 1 }));
    const shards = divide({ ...plan, cells }, 3);
    const largest = cells.map((cell) => secondsOf(plan, cell)).toSorted((a, b) => b - a);
    expect(shards[0]!.shares[0]).toEqual({
      cell: cells.findIndex((cell) => secondsOf(plan, cell) === largest[0]),
      first: 0,
      end: 1,
    });
    expect(shards.flatMap(({ shares }) => shares)).toHaveLength(5);
  });
});
