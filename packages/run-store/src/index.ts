export { batchKey, eachKey, keyName } from './batch-key.ts';
export type { BatchStore } from './batch-store.ts';
export {
  type CarriedBatch,
  CarriedBatches,
  type CarriedNumber,
  type CarriedText,
  type WorkUnit,
} from './carried/carried-batches.ts';
export { type Carried, carriedFromLines, carriedToLines } from './carried/carried-lines.ts';
export {
  type Contradiction,
  inChunks,
  mergeBatches,
  type MergeCounts,
  type MergingOptions,
  orderTolerance,
  takeCarried,
} from './carried/merge-batches.ts';
export { type Origin, originInWords } from './carried/origin.ts';
export { readSealedFile, type SealedFile, type SealedFormat, type SealedHead, writeSealedFile } from './sealed-file.ts';
export { FileHashes } from './file-hashes.ts';
export { type HashFile, rememberedHash, type RememberedHashOptions } from './remembered-hash.ts';
export { NumberMemory } from './number-memory.ts';
export { type RememberedText, TextMemory } from './text-memory.ts';
export { isSound } from './stored-batch.ts';
export { memoryBatchStore } from './memory-batch-store.ts';
export { inspectStore, type StoreFacts } from './inspect-store.ts';
export { openRunStore, type OpenStoreOptions, type RunStore } from './open-store.ts';
export { type ImportedRun, RunLog } from './runs/run-log.ts';
export type { RunSummary } from './runs/run-record.ts';
export { type EndedStatus, PartRecorder, type RunCost, RunRecorder } from './runs/run-recorder.ts';
export { type RememberedModel, rememberingExecutor, type RememberingExecutor } from './remembering-executor.ts';
export {
  type BatchCounts,
  type BatchRunner,
  type RememberedRunner,
  rememberingRunner,
  type RememberingRunner,
} from './remembering-runner.ts';
export { itemInWords, legend } from './shown/item-in-words.ts';
export { type OpenedRun, openRun } from './shown/open-run.ts';
export { importInWords, runInWords, secondsOf } from './shown/run-in-words.ts';
export { chosenItems, flippedItems, type ItemChoice, type PartChoice, type ShownItem } from './shown/shown-items.ts';
