export { type BatchPrefix, sharedTokens } from './batch-prefix.ts';
export type { BatchOutput, Executor, PackedBatch, ParameterExecutor, SweepExecutor } from './executor.ts';
export type {
  EditableActivation,
  EditableLinear,
  EditableModel,
  EditableWeight,
  EditContext,
  EncodedTensor,
  ExecutionContext,
  Intervention,
  InterventionRemark,
  LinearFacts,
  LinearRole,
  Parameter,
  ProductExecution,
  RewriteContext,
  RewriteResult,
  Statistic,
} from './intervention.ts';
export type { Json } from './json.ts';
export type {
  BosRule,
  LanguageModel,
  RequestResult,
  ScoringCost,
  SweepModel,
  TokenRequest,
  Tokenizer,
  TokenScore,
  Unscorable,
} from './language-model.ts';
export type {
  AttentionOptions,
  DecoderBuilder,
  DecoderConfig,
  ExpectedTensor,
  LayerNormOptions,
  ModelFamily,
  RmsNormOptions,
  RotaryFrequencies,
  RotaryOptions,
  TokenPart,
} from './model-family.ts';
export type {
  RecordedItem,
  RecordedPart,
  RecordedRequest,
  RecordedRun,
  RunEnvironment,
  RunStatus,
} from './recorded-run.ts';
export { allKernels, type Kernels, type ProductType } from './kernels.ts';
export type { AppliedIntervention, ResultRow } from './result-row.ts';
export type {
  AnyOf,
  FewshotSampler,
  FewshotSource,
  LastWord,
  MetricName,
  MultipleChoice,
  NumberedRow,
  Question,
  SharedContinuation,
  Task,
  WeighedChoices,
  WholeText,
  WrittenAnswer,
  WrittenJudgement,
  WritingRule,
} from './task.ts';
export {
  activationOutput,
  type ComparisonRole,
  type DecoderGraph,
  graphInputs,
  graphOutputs,
  type LaidFacts,
  parameterInput,
} from './decoder-graph.ts';
export { coordinatesOf, formatSuperWeight, type MlpPlace, parseSuperWeight, type SuperWeight } from './super-weight.ts';
export type { Calibration, CalibrationLosses, InterventionPlugin, ModelFacts } from './intervention-plugin.ts';
export type { CachedTensor } from './cached-tensor.ts';
export { type StepGraph, stepInputs, stepOutputs } from './step-graph.ts';
export type { BranchingModel, Growth, StepModel, TokenBranches, TokenSequence } from './step-model.ts';
export {
  type BatchGradients,
  type GradientExecutor,
  type TrainedTensor,
  type TrainingBatch,
  type TrainingGraph,
  trainingInputs,
} from './training-graph.ts';
export type {
  Adapter,
  AdapterContext,
  AdapterTensor,
  ChosenPart,
  ChosenParts,
  GradientRequest,
  ObservedGradients,
  TrainableMatrix,
  TrainableModel,
  TrainedPart,
  TrainedResult,
  TrainingMethod,
  TrainingPlan,
} from './training-method.ts';
export { readTrainedOrigin, remarkOnOrigin, type TrainedOrigin } from './trained-folder.ts';
