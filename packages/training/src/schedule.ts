/** Learning rates by step, as the schedules of the same names in transformers. */

export const schedules = ['constant', 'linear', 'cosine'] as const;

export type Schedule = (typeof schedules)[number];

export interface ScheduleSettings {
  readonly schedule: Schedule;
  /** The largest learning rate. */
  readonly learningRate: number;
  /** Steps over which it rises from 0. */
  readonly warmUpSteps: number;
  readonly steps: number;
}

/** The learning rate of a step, counted from 0: rises linearly, then stays, falls linearly to 0, or along half a cosine. */
export function learningRateAt(step: number, { schedule, learningRate, warmUpSteps, steps }: ScheduleSettings): number {
  if (step < warmUpSteps) return (learningRate * step) / Math.max(1, warmUpSteps);
  if (schedule === 'constant') return learningRate;
  const done = (step - warmUpSteps) / Math.max(1, steps - warmUpSteps);
  if (schedule === 'linear') return learningRate * Math.max(0, 1 - done);
  return learningRate * Math.max(0, (1 + Math.cos(Math.PI * done)) / 2);
}
