/** How a training goes, with everything filled in. */
import type { AdamWSettings } from './adamw.ts';
import { badSetting } from './errors.ts';
import type { BatchSettings } from './examples.ts';
import { type ScheduleSettings, schedules } from './schedule.ts';

export interface TrainingSettings extends AdamWSettings, BatchSettings, ScheduleSettings {
  /** Bound of the gradients' norm; none when null. */
  readonly clip: number | null;
  /** Steps between evaluations; null where there is nothing to evaluate on. One is made before the first step, and one at the end. */
  readonly evaluateEvery: number | null;
  /** Evaluations without a smaller loss after which the training ends; it goes on to its last step when null. */
  readonly patience: number | null;
}

/** Throws for settings outside their ranges. */
export function checkSettings(settings: TrainingSettings): void {
  for (const name of ['steps', 'batchSize', 'accumulation'] as const)
    requireSetting(settings, name, isCount, 'a whole number, at least 1');
  for (const name of ['evaluateEvery', 'patience'] as const)
    requireSetting(settings, name, (value) => value === null || isCount(value), 'a whole number, at least 1');
  for (const name of ['warmUpSteps', 'seed'] as const)
    requireSetting(settings, name, isWhole, 'a whole number, at least 0');
  requireSetting(
    settings,
    'warmUpSteps',
    (value) => (value as number) <= settings.steps,
    `at most the ${settings.steps} steps`,
  );
  for (const name of ['learningRate', 'epsilon'] as const)
    requireSetting(settings, name, isPositive, 'a number above 0');
  requireSetting(settings, 'clip', (value) => value === null || isPositive(value), 'a number above 0');
  requireSetting(settings, 'weightDecay', (value) => isFiniteNumber(value) && value >= 0, 'a number, at least 0');
  for (const name of ['beta1', 'beta2'] as const)
    requireSetting(
      settings,
      name,
      (value) => isFiniteNumber(value) && value >= 0 && value < 1,
      'a number from 0 to below 1',
    );
  requireSetting(
    settings,
    'schedule',
    (value) => schedules.some((each) => each === value),
    `one of ${schedules.join(', ')}`,
  );
}

function requireSetting(
  settings: TrainingSettings,
  name: keyof TrainingSettings,
  isRight: (value: unknown) => boolean,
  expected: string,
): void {
  if (!isRight(settings[name])) throw badSetting(name, settings[name], expected);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPositive(value: unknown): boolean {
  return isFiniteNumber(value) && value > 0;
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
