export { type LlamaShape, writeRandomLlama } from './random-llama.ts';
export { type FamilyCase, testModelFamily } from './test-model-family.ts';
export { describeShared, readSharedJson, repositoryRoot, sharedPath, sharedRoot } from './shared-files.ts';
export { idsAsText, idTokenizer } from './id-tokenizer.ts';
export { toyDistribution, toyExecutor, type ToyExecutor, type ToyOptions } from './toy-executor.ts';
export { type FormatCase, testWeightFormat } from './test-weight-format.ts';
export { type BadRow, testTask } from './test-task.ts';
export { expectFieldRefused } from './expect-field-refused.ts';
export { tensorsByName } from './tensors-by-name.ts';
export { expectProblem, type InterventionCase, testIntervention } from './test-intervention.ts';
export { type ToyBranchingModel, toyBranchingModel } from './toy-branching-model.ts';
export { toyContextLength, type ToyModel, toyModel, toyShape } from './toy-model.ts';
export { testTrainingMethod, type TrainingMethodCase } from './test-training-method.ts';
export { type ToyTrainableModel, toyTrainableModel } from './toy-trainable-model.ts';
export { gitHashOf, type HubStandIn, openHubStandIn, sha256Of, type StandInFiles } from './hub-stand-in.ts';
export { parquetOf, type WritingOptions } from './parquet-of.ts';
export { largestDifference } from './largest-difference.ts';
export { logSoftmax } from './log-softmax.ts';
export { runSequence, sequenceBatch, sequenceFacts, type SequenceFacts } from './run-sequence.ts';
export { temporaryFolder } from './temporary-folder.ts';
export { evaluateGraph, type EvaluateOptions, type ReadExternal } from './evaluate/evaluate-graph.ts';
export {
  CaseBuilder,
  type CaseSize,
  layCase,
  type LaidCase,
  type OperatorCase,
  type Range,
} from './evaluate/operator-case.ts';
export { operatorCases } from './evaluate/operator-cases.ts';
export type { Tensor } from './evaluate/tensor.ts';
