export { type NightFiles, nightFiles, type NightReport } from './night-files.ts';
export { type NightlyOptions, type NightlyPlan, planNightly } from './plan-nightly.ts';
export { type Night, type NightRun, runNight } from './run-night.ts';
