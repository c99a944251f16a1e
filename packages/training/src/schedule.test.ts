import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { learningRateAt, type ScheduleSettings } from './schedule.ts';

interface Golden {
  readonly schedules: readonly (ScheduleSettings & { readonly rates: readonly number[] })[];
}

const { schedules } = JSON.parse(
  readFileSync(new URL('../test/golden/optimizer.json', import.meta.url), 'utf8'),
) as Golden;

it.each(schedules)(
  'gives the rates of transformers: $schedule, $warmUpSteps of $steps steps of warm-up',
  ({ rates, ...settings }) => {
    expect(rates).toHaveLength(settings.steps);
    rates.forEach((rate, step) => expect(learningRateAt(step, settings)).toBeCloseTo(rate, 12));
  },
);
