/** What the steps of one run are related to, and how large each ratio may be. */
import type { MeasuredSteps } from './measure-steps.ts';
import type { MethodName } from './training-methods.ts';

/**
 * One program on one method: ours with activations kept and frozen weights packed, with activations kept alone, or with both
 * given up for memory; or torch's, which keeps activations. All weights are trained by `full`: nothing can be packed.
 */
export type RunName = `${MethodName}, ${'kept' | 'not packed' | 'recomputed' | 'torch'}`;

export type MeasuredRuns = ReadonlyMap<RunName, MeasuredSteps>;

export interface Goal {
  readonly name: string;
  readonly of: RunName;
  readonly to: RunName;
  readonly quantity: 'time' | 'memory';
  readonly most: number;
}

function goal(quantity: Goal['quantity'], of: RunName, to: RunName, most: number): Goal {
  const words = { time: 'CPU time', memory: 'peak memory' }[quantity];
  return { name: `${words}: ${of} / ${to}`, of, to, quantity, most };
}

export const goals: readonly Goal[] = [
  goal('time', 'full, kept', 'full, torch', 1),
  goal('time', 'lora, kept', 'lora, torch', 0.85),
  goal('time', 'smt, kept', 'smt, torch', 0.75),
  goal('time', 'smt, kept', 'full, kept', 0.58),
  goal('time', 'smt, kept', 'lora, kept', 0.85),
  goal('time', 'full, recomputed', 'full, kept', 1.25),
  goal('time', 'lora, recomputed', 'lora, not packed', 1.25),
  goal('time', 'smt, recomputed', 'smt, not packed', 1.25),
  goal('memory', 'smt, kept', 'lora, kept', 0.65),
  goal('memory', 'smt, recomputed', 'full, recomputed', 0.33),
  goal('memory', 'smt, recomputed', 'smt, torch', 0.35),
];

export interface Ratio extends Goal {
  readonly value: number;
  readonly isReached: boolean;
}

/** Those of which both sides were measured. CPU seconds: others may use the machine, too. */
export function ratiosOf(runs: MeasuredRuns): Ratio[] {
  return goals.flatMap((each) => {
    const [of, to] = [runs.get(each.of), runs.get(each.to)];
    if (of === undefined || to === undefined) return [];
    const value = each.quantity === 'time' ? of.best.cpuSeconds / to.best.cpuSeconds : of.peakMemory / to.peakMemory;
    return [{ ...each, value, isReached: value <= each.most }];
  });
}
