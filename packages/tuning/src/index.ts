export { findTrainingFile } from './find-training-data.ts';
export { lossTable } from './loss-curve.ts';
export { factsInWords, type SessionChoices, type TrainingChoices, type TrainingFacts } from './training-facts.ts';
export { heldOutLoss, type HeldOutOptions } from './held-out-loss.ts';
export { chooseMethod, type ChosenMethod, type MethodSpecification } from './methods.ts';
export { type PromptStyle, promptStyles } from './prompt-styles.ts';
export { type TrainedModel, trainModel, type TrainingPlace, type TrainOptions } from './train-model.ts';
export { saveSelection, selectParts, type Selection, type SelectOptions } from './select-parts.ts';
export { type ObservedTraining, withTrainable } from './trainable-model.ts';
export { type HeldOut, readTrainingData, type TrainingData } from './training-data.ts';
export type { OpenedForTraining, TrainingCourse } from './training-setup.ts';
export { type HeldBeside, trainingMemory, type TrainingMemory } from './training-memory.ts';
export {
  type FittingTraining,
  layFitting,
  type LayingChoices,
  layTuned,
  startingValues,
  type TunedModel,
  withExecutor,
} from './tuned-model.ts';
