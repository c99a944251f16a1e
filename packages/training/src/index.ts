export { trainingDefaults } from '@linchpin/defaults';
export { AdamW, type AdamWSettings, type Moments, type Update } from './adamw.ts';
export { differencesOf } from './differences.ts';
export { cannotSave, otherTraining } from './errors.ts';
export { batchesOf, DataOrder, makeBatch, stepsPerEpoch, targetsOf, type TrainingExample } from './examples.ts';
export { addGradients, clipFactor, gradientNorm } from './gradient-arithmetic.ts';
export { learningRateAt, type Schedule, schedules } from './schedule.ts';
export { checkSettings, type TrainingSettings } from './settings.ts';
export {
  train,
  type EvaluationRecord,
  type StepRecord,
  type Training,
  type TrainingObserver,
  type TrainingOutcome,
} from './train.ts';
export { pack, trainedCount, type TrainedValues, unpack } from './trained-values.ts';
export { type SavedState, StateFolder, type TrainingIdentity } from './training-state.ts';
