export type { Finding, FindOptions } from '@linchpin/detection';
export type { Chain } from '@linchpin/execution';
export { Interrupted, original, type Progress, type Reporter } from '@linchpin/execution';
export type { ResultRow } from '@linchpin/plugin-api';
export { resultRowsToCsv } from '@linchpin/report';
export { requireCount } from './check-options.ts';
export { codeVersion, version } from './code-version.ts';
export type { Corpus } from './open-corpus.ts';
export { openCorpus, requireCorpus } from './open-corpus.ts';
export { dataFolder, dataInWords, dataOf, folderData, type ModelData } from './data-source.ts';
export type { ChainOptions, EvaluateOptions, Outcome, ReferenceOptions } from './evaluate.ts';
export type { PerplexityOptions } from './measure-perplexity.ts';
export type { GenerateOptions } from './generate.ts';
export { plugins } from './generated/plugins.ts';
export type { HarnessParts } from './harness-parts.ts';
export { besideOriginal, createIntervention, type InterventionSpecification, type MadeChain } from './interventions.ts';
export { type ListedModel, listKnownModels } from './list-known-models.ts';
export { loadPlugins, type PluginSource } from './load-plugins.ts';
export type {
  Experiment,
  ExperimentFiles,
  ExperimentResult,
  Harness,
  HarnessOptions,
  Place,
  PlannedExperiment,
  SavedExperiment,
} from './harness.ts';
export { openHarness } from './open-harness.ts';
export type { MergedCheckpoint, MergeOptions } from './merge.ts';
export { embeddedModels, type OpenedModel, type OpenOptions, superWeightsIfKnown } from './open-model.ts';
export { type CorpusOutcome, type CorpusSettings, corpusNotes, corpusRow, runCorpus } from './run-corpus.ts';
export { bosInWords, type Cost, CostMeter, type RunFacts, runFacts, type ScoredModel } from './run-facts.ts';
export type { Matrix, MatrixChain, PlannedMatrix } from './run-matrix.ts';
export { runTask, type TaskOutcome, taskNotes, taskRows, type TaskSettings } from './run-task.ts';
export { openTaskData, type TaskData } from './task-data.ts';
export type { Selection, SelectOptions, TrainedModel, TrainOptions } from './train.ts';
export { type Variant, withReference, withVariant } from './variant.ts';
