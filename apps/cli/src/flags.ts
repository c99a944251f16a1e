/** Flags that several commands share, with the checks of what may be given. */
import {
  calibrationSamples,
  calibrationTokens,
  paperFactors,
  productTypes,
  scoringBatchTokens,
  deviceNames,
} from '@linchpin/defaults';
import type { HarnessOptions, InterventionSpecification } from '@linchpin/harness';
import type { BaseExecution } from '@linchpin/models';
import type { WindowBos } from '@linchpin/perplexity';
import type { BosRule } from '@linchpin/plugin-api';
import { type Command, Option } from 'commander';
import { collect, collectInterventions, stageCount, wholeNumber } from './flag-values.ts';

/** How results are given back. */
export interface OutputFlags {
  readonly json?: true;
  readonly csv?: string;
  readonly quiet?: true;
}

/** What activation scales are measured on, or read from; `addCalibrationFlags` adds the flags. */
export interface CalibrationFlags {
  readonly calibration?: string;
  readonly calibrationSamples?: number;
  readonly calibrationTokens?: number;
  readonly saveCalibration?: string;
}

/** Where results of models are remembered; `addStoreFlags` adds the flags. */
export interface StoreFlags {
  /** False or absent: nowhere. */
  readonly store?: string | false;
  readonly fresh?: true;
  readonly verify?: true;
}

type OpeningFlag = 'datasets' | 'batchTokens' | 'device' | 'stages' | 'dtype' | 'threads' | 'castWeights' | 'execution';

/** What a harness is opened with. */
export interface HarnessFlags extends StoreFlags, Pick<OutputFlags, 'quiet'>, Pick<HarnessOptions, OpeningFlag> {
  readonly cache?: string;
  readonly verbose?: true;
}

/** How tasks and corpora of an experiment are scored; `addScoringFlags` adds the flags. */
export interface ScoringFlags {
  readonly bos?: BosRule;
  readonly windowBos?: WindowBos;
  readonly limit?: number;
  readonly windows?: number;
}

/** What every command that runs a model takes. */
export interface ModelFlags extends OutputFlags, CalibrationFlags, HarnessFlags {
  readonly model?: string;
  readonly superWeight?: string[];
}

/** What every command takes that runs a model under interventions of the user's choice. */
export interface InterventionFlags extends ModelFlags {
  readonly intervention?: InterventionSpecification[];
}

/** Adds the flags of OutputFlags; `csv` says what the file will hold, and where it says nothing there is none. */
export function addOutputFlags(command: Command, csv?: string): Command {
  command.option('--json', 'print the result as JSON');
  if (csv !== undefined) command.option('--csv <FILE>', csv);
  return command.option('--quiet', 'no progress, no warnings, no remarks');
}

/** Adds the flags of ModelFlags that are not OutputFlags, CalibrationFlags or StoreFlags; `batchTokens` is what holds without the flag. */
export function addModelFlags(
  command: Command,
  model: Option = modelOption(),
  batchTokens: number = scoringBatchTokens,
): Command {
  command.addOption(model).addOption(datasetsOption()).addOption(superWeightOption());
  return addSessionFlags(command)
    .option(
      '--batch-tokens <N>',
      `most tokens that are run at once, which bounds memory; ${batchTokens} when absent`,
      wholeNumber(1),
    )
    .addOption(dtypeOption())
    .addOption(executionOption())
    .addOption(cacheOption('in which weights are kept that an execution encodes, int8 or split16 for example'));
}

export type SessionFlags = Pick<HarnessFlags, 'device' | 'stages' | 'verbose' | 'threads' | 'castWeights'>;

/** Where and how sessions compute, whatever it is. */
export function addSessionFlags(command: Command): Command {
  return command
    .addOption(deviceOption())
    .addOption(stagesOption())
    .addOption(new Option('--verbose', 'say which nodes of the graph the device leaves to the CPU').conflicts('quiet'))
    .addOption(threadsOption())
    .addOption(castWeightsOption());
}

export function cacheOption(what: string = 'for edited copies of weights'): Option {
  return new Option('--cache <DIR>', `folder ${what}; linchpin/encoded in the folder of caches when absent`);
}

function deviceOption(): Option {
  const meaning =
    'what computes: the CPU when absent, a GPU, or with auto the first GPU that is there; `linchpin ls devices` says which are';
  return new Option('--device <NAME>', meaning).choices(['auto', ...deviceNames]);
}

function stagesOption(): Option {
  const meaning = 'runs layers in so many stages, one in memory at a time, or with auto in as few as fit';
  return new Option('--stages <N|auto>', `${meaning}; all at once when absent`).argParser(stageCount);
}

export function dtypeOption(): Option {
  const meaning = 'what products with weights are computed in, where the device has kernels; float32 when absent';
  return new Option('--dtype <TYPE>', meaning).choices(productTypes);
}

export function threadsOption(): Option {
  const meaning =
    'threads of the computation, at most those granted; OMP_NUM_THREADS or one a physical core when absent';
  return new Option('--threads <N>', meaning).argParser(wholeNumber(1));
}

export function castWeightsOption(): Option {
  const meaning = 'when half-precision weights become float32; chosen by free memory when absent';
  return new Option('--cast-weights <WHEN>', meaning).choices(['once', 'every-batch']);
}

function executionOption(): Option {
  const meaning =
    'how products with weights are carried out that no intervention carries out otherwise: as they are, ' +
    'or in 16-bit fixed point on 8-bit integer kernels; float32 when absent';
  return new Option('--execution <NAME>', meaning).choices(['float32', 'split16'] satisfies BaseExecution[]);
}

const modelFlag = '--model <DIR|ID>';
const modelMeaning =
  'checkpoint folder, GGUF file, or Hub id such as huggyllama/llama-7b; the embedded mini model when absent';

export function modelOption(): Option {
  return new Option(modelFlag, modelMeaning);
}

export function modelsOption(): Option {
  return new Option(modelFlag, `${modelMeaning}; may be given several times`).argParser(collect);
}

export function interventionOption(): Option {
  return new Option(
    '--intervention <NAME[:JSON]>',
    'an intervention; may be given several times, the order is kept; `linchpin ls interventions` lists them',
  ).argParser(collectInterventions);
}

/** What a model is compared with. */
export function referenceOption(): Option {
  return new Option(
    '--reference <CHAIN|RUN>',
    'compares on the same tokens with original, interventions (one a flag, as --intervention) or a recorded run',
  ).argParser(collect);
}

export function superWeightOption(): Option {
  return new Option(
    '--super-weight <LAYER:ROW:COLUMN|ID|auto>',
    'a super weight; a Hub id stands for those that are published of that model (`linchpin ls models`), auto for those ' +
      'that `linchpin find` finds; may be given several times; what is known of the model when absent',
  ).argParser(collect);
}

/** `absent` says what is read where the flag is not given. */
export function datasetsOption(
  absent: string = 'those for the embedded model and the Hub for others when absent',
): Option {
  return new Option('--datasets <DIR|mini>', `folder of the data files, or the embedded mini sets; ${absent}`);
}

/** `absent` says what holds when the flag is not given, `what` before what a BOS may stand. */
export function bosOption(absent: string, what: string = 'request of the tasks'): Option {
  const rules: readonly BosRule[] = ['never', 'always', 'tokenizer'];
  return new Option('--bos <RULE>', `whether a BOS begins every ${what}; ${absent}`).choices(rules);
}

export function limitOption(): Option {
  const meaning = 'only the first N items of every task, and N windows of every corpus where --windows is absent';
  return new Option('--limit <N>', meaning).argParser(wholeNumber(1));
}

export function windowsOption(): Option {
  return new Option('--windows <N>', 'only the first N windows of every corpus').argParser(wholeNumber(1));
}

export function windowBosOption(): Option {
  return new Option(
    '--window-bos <RULE>',
    "where a BOS stands in the windows of a corpus; what the model's card says, or `first`, the papers' protocol, when absent",
  ).choices(['first', 'every-window', 'never'] satisfies WindowBos[]);
}

/** Folder of the store in the working folder. */
export const defaultStore = '.linchpin';

/** Adds the flags of ScoringFlags. */
export function addScoringFlags(command: Command): Command {
  return command
    .addOption(bosOption("what the model's card says, or never, as in the paper's runs, when absent"))
    .addOption(windowBosOption())
    .addOption(limitOption())
    .addOption(windowsOption());
}

/** Adds the flags of StoreFlags. */
export function addStoreFlags(command: Command): Command {
  return command
    .option('--store <DIR>', 'folder that remembers what models gave, so that nothing is computed twice', defaultStore)
    .option('--no-store', 'remember nothing, and ask nothing that is remembered')
    .option('--fresh', 'compute everything again, and overwrite what is remembered of it')
    .option(
      '--verify',
      'read every file of the model again, where a hash is remembered of one that looks unchanged, and say if it has changed',
    );
}

/** Adds the flags of CalibrationFlags. */
export function addCalibrationFlags(command: Command): Command {
  return command
    .option(
      '--calibration <NAME|FILE>',
      'what activation scales are measured on: wikitext2-train, else wikitext2-validation (with --datasets, when absent), self-generated (the embedded sets, when absent), or a text or JSONL file; or a safetensors or .pt file with scales',
    )
    .option('--calibration-samples <N>', `most samples of it; ${calibrationSamples} when absent`, wholeNumber(1))
    .option('--calibration-tokens <N>', `most tokens of a sample; ${calibrationTokens} when absent`, wholeNumber(1))
    .option('--save-calibration <FILE>', 'write the scales that were measured to a safetensors file');
}

/** Every flag of what activation scales are measured on. */
export const calibrationFlags: readonly (keyof CalibrationFlags)[] = [
  'calibration',
  'calibrationSamples',
  'calibrationTokens',
  'saveCalibration',
];

/** The flag of everything that sweeps. */
export function factorsOption(): Option {
  return new Option(
    '--factors <LIST|RANGE>',
    `what super weights are multiplied by: numbers separated by commas, or FIRST:LAST:STEP; 1 is always among them; ${paperFactors.join(',')}, as in the paper, when absent`,
  );
}

/** `--super-weight` of `superWeight`: a flag as it is given. */
export function flagName(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
