/** Flags that several commands share, with the checks of what may be given. */
import { calibrationSamples, calibrationTokens, paperFactors, scoringBatchTokens } from '@linchpin/defaults';
import type { InterventionSpecification } from '@linchpin/harness';
import type { BaseExecution } from '@linchpin/models';
import type { BosRule, Json } from '@linchpin/plugin-api';
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

/** What a harness is opened with. */
export interface HarnessFlags extends StoreFlags, Pick<OutputFlags, 'quiet'> {
  readonly datasets?: string;
  readonly batchTokens?: number;
  readonly threads?: number;
  readonly castWeights?: 'once' | 'every-batch';
  readonly execution?: BaseExecution;
  readonly cache?: string;
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

/** Adds the flags of OutputFlags; `csv` says what the file will hold. */
export function addOutputFlags(command: Command, csv: string): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('--csv <FILE>', csv)
    .option('--quiet', 'no progress, no warnings, no remarks');
}

/** Adds the flags of ModelFlags that are not OutputFlags, CalibrationFlags or StoreFlags; `batchTokens` is what holds without the flag. */
export function addModelFlags(
  command: Command,
  model: Option = modelOption(),
  batchTokens: number = scoringBatchTokens,
): Command {
  return command
    .addOption(model)
    .addOption(datasetsOption())
    .addOption(superWeightOption())
    .option(
      '--batch-tokens <N>',
      `most tokens that are run at once, which bounds memory; ${batchTokens} when absent`,
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

function collectInterventions(
  text: string,
  before: readonly InterventionSpecification[] | undefined,
): InterventionSpecification[] {
  return [...(before ?? []), interventionOf(text)];
}

/** A labelled row of interventions. */
export interface RowFlag {
  readonly label: string;
  readonly interventions: readonly InterventionSpecification[];
}

/** Collects rows, each a JSON object; interventions are named as `--intervention` names them. */
export function collectRows(text: string, before: readonly RowFlag[] | undefined): RowFlag[] {
  const { label, interventions = [] } = jsonObject(text);
  if (typeof label !== 'string' || !Array.isArray(interventions))
    throw new InvalidArgumentError('Expected an object with a "label" and a list of "interventions".');
  const made = interventions.map((each: Json) =>
    typeof each === 'string' ? interventionOf(each) : (each as { name: string; settings?: Json }),
  );
  return [...(before ?? []), { label, interventions: made }];
}

/** What `NAME` or `NAME:JSON` asks for, as a value. */
export function interventionOf(text: string): InterventionSpecification {
  const colon = text.indexOf(':');
  if (colon < 0) return text;
  const name = text.slice(0, colon);
  const settings = parsed(text.slice(colon + 1));
  if (settings === undefined)
    throw new InvalidArgumentError(notJson(text.slice(colon + 1), (json) => `${name}:${json}`));
  return { name, settings: settings as Json };
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

const bosRules: readonly BosRule[] = ['never', 'always', 'tokenizer'];

/** `absent` says what holds when the flag is not given, `what` before what a BOS may stand. */
export function bosOption(absent: string, what: string = 'request of the tasks'): Option {
  return new Option('--bos <RULE>', `whether a BOS begins every ${what}; ${absent}`).choices(bosRules);
}

export function limitOption(): Option {
  const meaning = 'only the first N items of every task, and N windows of every corpus where --windows is absent';
  return new Option('--limit <N>', meaning).argParser(wholeNumber(1));
}

export function windowsOption(): Option {
  return new Option('--windows <N>', 'only the first N windows of every corpus').argParser(wholeNumber(1));
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
/** The path of a file, or a number of rows. */
export function fileOrCount(text: string): string | number {
  return /^\d+$/.test(text) ? wholeNumber(1)(text) : text;
}

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
export function jsonObject(text: string): Readonly<Record<string, Json>> {
  const value = parsed(text);
  if (value === undefined) throw new InvalidArgumentError(notJson(text, (json) => json));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgumentError('Expected a JSON object.');
  }
  return value as Readonly<Record<string, Json>>;
}

/**
 * Says that a text is not JSON, and how to write it where a shell has taken its quotes: PowerShell before 7.3 hands a
 * program none that do not stand behind a backslash.
 */
function notJson(text: string, argument: (json: string) => string): string {
  const quoted = quoteWords(text);
  const isStripped = !text.includes('"') && parsed(quoted) !== undefined;
  const form = `'${argument(quoted.replaceAll('"', String.raw`\"`))}'`;
  const advice = isStripped ? ` If the shell took its quotes away, as Windows PowerShell does, write ${form}` : '';
  return `It has ${text}, which is not JSON.${advice}`;
}

/** JSON without quotes, with quotes: around keys, and around values that are none without. */
function quoteWords(text: string): string {
  const open: string[] = [];
  const tokens = text.match(/[{}[\],]|[^{}[\],]+/gu) ?? [];
  return tokens
    .map((token) => {
      if (token === '{' || token === '[') open.push(token);
      if (token === '}' || token === ']') open.pop();
      if (/^[{}[\],]$/u.test(token)) return token;
      const colon = token.indexOf(':');
      if (open.at(-1) !== '{' || colon < 0) return quoteValue(token);
      return `${JSON.stringify(token.slice(0, colon).trim())}:${quoteValue(token.slice(colon + 1))}`;
    })
    .join('');
}

function quoteValue(word: string): string {
  return word.trim() === '' || parsed(word) !== undefined ? word : JSON.stringify(word.trim());
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

/** Collects names that stand behind one another with commas, of a flag that may be given several times. */
export function collectNames(value: string, before: string | undefined): string {
  return before === undefined ? value : `${before},${value}`;
}

/** Folder of the store in the working folder. */
export const defaultStore = '.linchpin';

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
