export { chooseMethod, type ChosenMethod, type MethodSpecification } from './methods.ts';
export { type PromptStyle, promptStyles } from './prompt-styles.ts';
export {
  type OpenedForTraining,
  type PreparedOptions,
  type TrainedModel,
  trainModel,
  type TrainingFacts,
  type TrainingPlace,
  type TrainOptions,
} from './train-model.ts';
export { selectParts, type Selection, type SelectOptions } from './select-parts.ts';
export { type ObservedTraining, withTrainable } from './trainable-model.ts';
export { type HeldOut, readTrainingData, type TrainingData } from './training-data.ts';
export { type LayingChoices, layTuned, startingValues, type TunedModel, withExecutor } from './tuned-model.ts';
