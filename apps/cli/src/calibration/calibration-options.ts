import type { CalibrationFlags } from '../flags.ts';

export type CalibrationOption = keyof CalibrationFlags;

/** Every flag of what activation scales are measured on. */
export const calibrationOptions: readonly CalibrationOption[] = [
  'calibration',
  'calibrationSamples',
  'calibrationTokens',
  'saveCalibration',
];
