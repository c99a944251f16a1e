/** Flags that several commands share, with the checks of what may be given. */
import type { BaseExecution } from '@linchpin/models';
import type { BosRule } from '@linchpin/plugin-api';
import type { WindowBos } from '@linchpin/perplexity';
import { type Command, InvalidArgumentError, Option } from 'commander';

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

/** What every command that runs a model takes. */
export interface ModelFlags extends OutputFlags, CalibrationFlags, StoreFlags {
  readonly model?: string;
  readonly datasets?: string;
  readonly superWeight?: string[];
  readonly batchTokens?: number;
  readonly threads?: number;
  readonly castWeights?: 'once' | 'every-batch';
  readonly execution?: BaseExecution;
  readonly cache?: string;
}

/** What every command takes that runs a model under interventions of the user's choice. */
export interface InterventionFlags extends ModelFlags {
  readonly intervention?: string[];
}

/** Adds the flags of OutputFlags; `csv` says what the file will hold. */
export function addOutputFlags(command: Command, csv: string): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('--csv <FILE>', csv)
    .option('--quiet', 'no progress, no warnings, no remarks');
}

/** Adds the flags of ModelFlags that are not OutputFlags or CalibrationFlags. */
export function addModelFlags(command: Command, model: Option = modelOption()): Command {
  return command
    .addOption(model)
    .addOption(datasetsOption())
    .option(
      '--super-weight <LAYER:ROW:COLUMN|auto>',
      'a super weight; may be given several times; auto finds them as `linchpin find` does; what is known of the model when absent',
      collect,
    )
    .option(
      '--batch-tokens <N>',
      'most tokens that are run at once, which bounds memory; 1024 when absent',
      wholeNumber(1),
    )
    .addOption(threadsOption())
    .addOption(castWeightsOption())
    .addOption(executionOption())
    .option(
      '--cache <DIR>',
      'folder in which weights are kept that an execution encodes, int8 or split16 for example; ' +
        'linchpin/encoded in the folder of caches when absent',
    );
}

export function threadsOption(): Option {
  const meaning = 'threads of the computation, at most those that the system grants; one a physical core when absent';
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
const modelMeaning = 'checkpoint folder, or Hub id such as huggyllama/llama-7b; the embedded mini model when absent';

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
  ).argParser(collect);
}

export function datasetsOption(): Option {
  return new Option('--datasets <DIR>', 'folder of the data files; the embedded mini sets when absent');
}

const bosRules: readonly BosRule[] = ['never', 'always', 'tokenizer'];

/** `absent` says what holds when the flag is not given. */
export function bosOption(absent: string): Option {
  return new Option('--bos <RULE>', `whether a BOS begins every request of the tasks; ${absent}`).choices(bosRules);
}

const windowBosRules: readonly WindowBos[] = ['first', 'every-window', 'never'];

export function windowBosOption(): Option {
  return new Option(
    '--window-bos <RULE>',
    "where a BOS stands in the windows of a corpus; what the model's card says, or `first`, the papers' protocol, when absent",
  ).choices(windowBosRules);
}

/** A parser of whole numbers of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** A parser of finite numbers above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** A parser of finite numbers of at least 0. */
export function nonNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < Infinity)) {
    throw new InvalidArgumentError('Expected a number of at least 0.');
  }
  return value;
}

/** A parser of numbers from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('Expected a number from 0 to 1.');
  }
  return value;
}

/** A parser of JSON objects. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgumentError('Expected a JSON object.');
  }
  return value as Readonly<Record<string, unknown>>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Collects a flag that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}
