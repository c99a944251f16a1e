export { acceptedBy, type Offered } from './accepted-by.ts';
export { storeMeter } from './batch-counts.ts';
export { blameWeights } from './blame-weights.ts';
export {
  applied,
  appliedTo,
  remarkOn,
  type AppliedChain,
  type Chain,
  type HashedCheckpoint,
  layChain,
  modelInWords,
  original,
} from './chain.ts';
export { abortable, compose, type Layer } from './compose.ts';
export {
  type DividedBatch,
  type DividedModel,
  type DividedSession,
  type Division,
  shareOf,
  standIn,
  type WholeWork,
} from './division.ts';
export { Interrupted } from './interrupted.ts';
export { identityOf, processorName, type IdentifiedGraph, type IdentityParts } from './model-identity.ts';
export {
  type ExecutionParts,
  type OpenedExecutor,
  type OpenedParameters,
  type OpenedSweep,
  openExecutor,
  openParameters,
  openSweep,
} from './open-executor.ts';
export { type OpenedPair, ReferenceModel, requireComparable } from './reference-model.ts';
export { rememberedBootstrap } from './remembered-bootstrap.ts';
export { type Progress, type Reporter, silentProgress, silentReporter } from './reporter.ts';
export {
  batchBound,
  convertingOptions,
  type ConvertingOptions,
  createContext,
  float32Laying,
  layingOptions,
  type ModelSettings,
  type RunContext,
} from './run-context.ts';
export { sequenceIds } from './sequence-ids.ts';
export { TemporaryFiles } from './temporary-files.ts';
