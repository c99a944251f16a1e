import { describe, expect, it } from 'vitest';
import type { Candidate } from './candidate-rule.ts';
import { type ConfirmationOptions, confirmByEffect } from './confirm-by-effect.ts';
import type { WeightChange } from './model-probe.ts';

const first: Candidate = { layer: 1, row: 2, column: 3, value: 1.5, input: 10, output: 15, explained: 1, ratio: 9 };
const second: Candidate = { ...first, row: 4, value: -2 };

interface Losses {
  readonly whole?: number;
  /** Added for a pruned first candidate, a pruned second, both, and any other change. */
  readonly first?: number;
  readonly second?: number;
  readonly both?: number;
  readonly other?: number;
  /** Added for several other changes at once. */
  readonly others?: number;
}

interface Probed {
  readonly asked: WeightChange[][];
  losses(edits: readonly (readonly WeightChange[])[]): Promise<number[]>;
  shape(): readonly [number, number];
}

function probe(losses: Losses): Probed {
  const asked: WeightChange[][] = [];
  return {
    asked,
    shape: () => [6, 8],
    async losses(edits) {
      asked.push(...edits.map((changes) => [...changes]));
      return edits.map(loss);
    },
  };

  function loss(changes: readonly WeightChange[]): number {
    const isOf = (candidate: Candidate): boolean =>
      changes.some(({ row, column }) => row === candidate.row && column === candidate.column);
    const whole = losses.whole ?? 3;
    if (changes.length === 0) return whole;
    if (isOf(first) && isOf(second)) return whole + (losses.both ?? 0);
    if (changes.length > 1) return whole + (losses.others ?? 0);
    return whole + (isOf(first) ? losses.first! : isOf(second) ? (losses.second ?? 0) : (losses.other ?? 0));
  }
}

async function isConfirmed(losses: Losses, options?: ConfirmationOptions): Promise<readonly boolean[]> {
  const candidates = losses.second === undefined ? [first] : [first, second];
  return (await confirmByEffect(probe(losses), candidates, options)).candidates.map((each) => each.isConfirmed);
}

describe('confirmByEffect', () => {
  it('confirms what costs more than a bit and far more than the controls', async () => {
    expect(await isConfirmed({ first: 2, other: 0.01 })).toEqual([true]);
    expect(await isConfirmed({ first: 0.04 })).toEqual([false]);
    expect(await isConfirmed({ first: 0.5, other: 0.06 })).toEqual([false]);
    expect(await isConfirmed({ first: 0.5, other: -0.06 })).toEqual([false]);
    expect(await isConfirmed({ first: -1 })).toEqual([false]);
    expect(await isConfirmed({ first: 0.04 }, { leastEffect: 0.03 })).toEqual([true]);
    expect(await isConfirmed({ first: 0.5, other: 0.06 }, { timesControls: 5 })).toEqual([true]);
  });

  it('confirms what breaks the model altogether', async () => {
    expect(await isConfirmed({ first: NaN })).toEqual([true]);
    expect(await isConfirmed({ first: Infinity })).toEqual([true]);
  });

  it('confirms nothing where the model is broken without any change, or by a control', async () => {
    expect(await isConfirmed({ first: 2, whole: NaN })).toEqual([false]);
    expect(await isConfirmed({ first: 2, other: NaN })).toEqual([false]);
    expect(await isConfirmed({ first: NaN, other: Infinity })).toEqual([false]);
    expect(await isConfirmed({ first: 2 }, { controls: 0 })).toEqual([false]);
  });

  it('changes different scalars of the matrix by as much, never the candidate, and the same ones for the same seed', async () => {
    const one = probe({ first: 1 });
    const { candidates } = await confirmByEffect(one, [first], { controls: 20, seed: 4 });
    const controls = one.asked.slice(3).map(([change]) => change!);
    expect(candidates[0]!.controlEffects).toEqual(Array(20).fill(0));
    expect(one.asked[2]).toEqual([{ layer: 1, row: 2, column: 3, change: -1.5 }]);
    expect(new Set(controls.map(({ row, column }) => `${row}:${column}`)).size).toBe(20);
    for (const { layer, row, column, change } of controls) {
      expect([layer, change]).toEqual([1, -1.5]);
      expect(row === 2 && column === 3).toBe(false);
      expect(row < 6 && column < 8).toBe(true);
    }
    const again = probe({ first: 1 });
    await confirmByEffect(again, [first], { controls: 20, seed: 4 });
    expect(again.asked).toEqual(one.asked);
  });

  it('confirms candidates that stand in for each other by what they do together', async () => {
    expect(await isConfirmed({ first: 0.01, second: 0.01, both: 3 })).toEqual([true, true]);
    expect(await isConfirmed({ first: 0.01, second: 0.01, both: 0.03 })).toEqual([false, false]);
    // As many random changes at once are the control, not one of them.
    expect(await isConfirmed({ first: 0.01, second: 0.01, both: 3, others: 0.5 })).toEqual([false, false]);
    // One that has the effect alone needs no help, and gives none.
    expect(await isConfirmed({ first: 3, second: 0.01, both: 3.2 })).toEqual([true, false]);
  });

  it('asks for the loss alone where there is no candidate', async () => {
    const nothing = probe({});
    expect(await confirmByEffect(nothing, [])).toEqual({ nll: 3, effectTogether: 0, candidates: [] });
    expect(nothing.asked).toEqual([[], []]);
  });
});
