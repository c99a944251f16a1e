export { type ChatMessage, type ChatTemplate, loadChatTemplate } from './tokenizer/chat-template.ts';
export { type CheckpointTexts, folderTexts } from './checkpoint-texts.ts';
export { type Checkpoint, openCheckpoint, type OpenOptions } from './checkpoint.ts';
export { fileHash } from './content-hash.ts';
export { familyFor } from './family-for.ts';
export { families } from './generated/families.ts';
export { nonFiniteWeights } from './errors.ts';
export { mlpOutput, mlpPlaces, requireInside, weightInWords } from './mlp-output.ts';
export { findNonFinite, type NonFiniteWeight, type StoredWeights } from './non-finite.ts';
export { type Decoder, openDecoder } from './open-decoder.ts';
export { validateTensors } from './validate-tensors.ts';
export type { BeyondWeights } from './edit/model-editor.ts';
export {
  type MergedCheckpoint,
  mergeCheckpoint,
  type MergedDType,
  type MergeOptions,
} from './merge/merge-checkpoint.ts';
export { setConfigField } from './merge/config-file.ts';
export { readTokenizerTexts, writeAccompanying } from './merge/accompanying-files.ts';
export type { ExportedCache } from './exported/exported-inputs.ts';
export { type ExportedGraph, layExported, type LayExportedOptions } from './exported/lay-exported.ts';
export { type EditedWeights, openEditedWeights } from './edited-weights.ts';
export { layCheckpoint, type LayOptions } from './lay-checkpoint.ts';
export type { LayDecoderOptions } from './graph/lay-decoder.ts';
export { split16 } from './split16/lay-split16.ts';
export type { TensorReader } from './formats/tensor-reader.ts';
export type { OpenedWeights, OpenWeightsContext, Shard, WeightFormat } from './formats/weight-format.ts';
export { type BaseExecution, type DecoderCheckpoint, type PlanOptions, readerOf } from './plan-checkpoint.ts';
export { readEndIds } from './generation/end-ids.ts';
export {
  type AdjustableMatrix,
  type AdjustableOptions,
  type AdjustableSteps,
  layAdjustableSteps,
  type LayerOutputs,
} from './generation/lay-adjustable-steps.ts';
export { laySteps, type LayStepsOptions } from './generation/lay-steps.ts';
export { type FedMatrix, rowInputs } from './generation/run-time-rows.ts';
export { loadTokenizer } from './tokenizer.ts';
export { tokenizerFiles } from './tokenizer/tokenizer-source.ts';
export { findKnownSuperWeights, fitsKnown, type KnownSuperWeights, knownSuperWeights } from './known-super-weights.ts';
export { type CardPerplexity, type ModelCard, readFrontMatter, readModelCard } from './model-card.ts';
export { resolveSuperWeights, type SuperWeightSources } from './resolve-super-weights.ts';
export { encodedFolder } from './encoded/encoded-folder.ts';
export { resolveModel, type ResolvedModel, type ResolveOptions } from './hub.ts';
export {
  type LaidTraining,
  type LayLoss,
  layTraining,
  type LossParts,
  type Recomputation,
  type TrainingOptions,
} from './training/lay-training.ts';
export { type BatchSizes, trainingBytes, type TrainingBytesOptions } from './training/training-bytes.ts';
