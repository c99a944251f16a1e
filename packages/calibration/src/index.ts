export {
  type CalibrationOptions,
  type CalibrationRun,
  type CalibrationSource,
  ModelCalibration,
} from './model-calibration.ts';
export { calibrationDataset, calibrationFile, type CalibrationText, readCalibrationText } from './calibration-text.ts';
export { measureChannelMaxima, type MeasureOptions } from './measure-channel-maxima.ts';
export { textLosses, type TextLossOptions } from './text-losses.ts';
export { isScaleFile, loadScales, saveScales } from './scale-file.ts';
