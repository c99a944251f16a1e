/** What a training is made of before anything is computed: its examples and steps, its largest batch, its session. */
import process from 'node:process';
import { trainingDefaults, trainingTokens } from '@linchpin/defaults';
import type { HashedCheckpoint, RunContext } from '@linchpin/execution';
import type { BatchSizes } from '@linchpin/models';
import type { Tokenizer } from '@linchpin/plugin-api';
import { requireGradients, requireWhole, resolveSession, type SessionSettings } from '@linchpin/runtime';
import { checkSettings, stepsPerEpoch, targetsOf, type TrainingSettings } from '@linchpin/training';
import { idleSetting, maxLengthOutOfRange } from './errors.ts';
import type { PromptStyle } from './prompt-styles.ts';
import { type HeldOut, readTrainingData, type TrainingData } from './training-data.ts';
import type { SessionChoices } from './training-facts.ts';

/** A model that can be trained. */
export interface OpenedForTraining extends HashedCheckpoint {
  readonly name: string;
  readonly tokenizer: Tokenizer;
}

/** On what a model is trained, and in what steps. */
export interface TrainingCourse extends Partial<Omit<TrainingSettings, 'steps'>> {
  /** Text, JSONL, or LLM-Adapters' JSON. */
  readonly data: readonly string[];
  /** Files, or how many rows at the end of the data; nothing is held out when absent. */
  readonly heldOut?: HeldOut;
  /** Only so many rows from the beginning of the data. */
  readonly limit?: number | undefined;
  readonly promptStyle?: PromptStyle;
  /** Most tokens of an example; the model's context, at most 2048, when absent. */
  readonly maxLength?: number;
  /** Steps of the optimizer; those of `epochs` when absent. */
  readonly steps?: number;
  /** Times that the data are gone through; 1 when absent. */
  readonly epochs?: number;
}

export interface TrainingSetup {
  readonly data: TrainingData;
  readonly settings: TrainingSettings;
  /** What no batch is larger than. */
  readonly batch: BatchSizes;
  /** Into how many pieces the scored tokens are cut. */
  readonly chunks: number;
  readonly maxLength: number;
  readonly promptStyle: PromptStyle;
}

/** Reads the data, and fills in everything that is not given. Throws for what cannot be trained so. */
export async function setUpTraining(
  { config, tokenizer }: Pick<OpenedForTraining, 'config' | 'tokenizer'>,
  course: TrainingCourse,
  { reporter, signal }: Pick<RunContext, 'reporter' | 'signal'>,
): Promise<TrainingSetup> {
  const { contextLength, vocabularySize } = config;
  const { maxLength = Math.min(contextLength, trainingTokens), promptStyle = 'llm-adapters', limit } = course;
  if (!Number.isInteger(maxLength) || maxLength < 2 || maxLength > contextLength)
    throw maxLengthOutOfRange(maxLength, contextLength);
  const meter = reporter.meter('MB of text tokenized');
  const onTokens = (done: number, total: number): void => meter(Math.ceil(done / 1e6), Math.ceil(total / 1e6));
  const reading = { tokenizer, maxLength, promptStyle, limit, onTokens, signal };
  const data = await readTrainingData(course.data, course.heldOut, reading);
  const settings = settingsOf(course, data);
  const batch = largestBatch(data, settings);
  return { data, settings, batch, chunks: chunksFor(batch, vocabularySize), maxLength, promptStyle };
}

/** So small a share of memory does not decide whether a training fits. */
const packedShare = 1 / 32;

/** Whether a model's weights, all of them in float32, are packed beside a training without a thought of memory. */
export function packsWithEase({ tensors }: Pick<OpenedForTraining, 'tensors'>, available: number): boolean {
  const numbers = [...tensors.values()].reduce((sum, { shape }) => sum + numbersOf(shape), 0);
  return 4 * numbers <= packedShare * available;
}

/** What decides on a session besides the settings. */
export interface SessionGrounds {
  /** What was decided when the training began: nothing is decided anew. */
  readonly chosen?: SessionChoices;
  readonly recompute?: boolean | undefined;
  readonly available?: number | undefined;
}

/** How sessions are opened here. */
export function sessionOf(
  { tensors }: OpenedForTraining,
  { settings }: RunContext,
  { chosen, recompute = false, available = process.availableMemory() }: SessionGrounds = {},
): SessionSettings {
  const halfPrecisionElements = [...tensors.values()]
    .filter(({ dtype }) => dtype !== 'F32')
    .reduce((sum, { shape }) => sum + numbersOf(shape), 0);
  const { threads, castWeights } = chosen ?? settings;
  const device = chosen === undefined ? settings.device : { name: chosen.device, engine: chosen.engine };
  if (device !== undefined) requireGradients(device);
  requireWhole(settings, 'a training');
  const packs = chosen === undefined ? !recompute && packsWithEase({ tensors }, available) : chosen.packs;
  return resolveSession({ halfPrecisionElements }, { device, threads, castWeights, packs });
}

function settingsOf(
  options: TrainingCourse,
  { examples, heldOut }: Pick<TrainingData, 'examples' | 'heldOut'>,
): TrainingSettings {
  const { steps, epochs = 1 } = options;
  requireEffect(options, heldOut.length);
  const own = Object.fromEntries(
    Object.entries(trainingDefaults).map(([name, value]) => [
      name,
      options[name as keyof typeof trainingDefaults] ?? value,
    ]),
  ) as unknown as Omit<TrainingSettings, 'steps' | 'evaluateEvery' | 'patience'>;
  const perEpoch = stepsPerEpoch(examples.length, own);
  const all = steps ?? Math.ceil(perEpoch * epochs);
  const settings: TrainingSettings = {
    ...own,
    clip: options.clip === undefined ? own.clip : options.clip,
    steps: all,
    evaluateEvery:
      heldOut.length === 0 ? null : (options.evaluateEvery ?? Math.max(1, Math.min(perEpoch, Math.ceil(all / 10)))),
    patience: options.patience ?? null,
  };
  checkSettings(settings);
  return settings;
}

/** Throws for settings beside which others leave nothing to decide. */
function requireEffect(options: TrainingCourse, heldOut: number): void {
  if (options.steps !== undefined && options.epochs !== undefined)
    throw idleSetting('epochs', 'the number of steps is given');
  for (const name of ['evaluateEvery', 'patience'] as const)
    if (options[name] !== undefined && options[name] !== null && heldOut === 0)
      throw idleSetting(name, 'nothing is held out to evaluate on (--validation)');
}

/** Logits of so many bytes at once, as many as are quick to come by. */
const chunkBytes = 32 * 2 ** 20;

/** It depends on no more than data and model, for the bits depend on it. */
export function chunksFor({ scored }: BatchSizes, vocabularySize: number): number {
  return Math.max(1, Math.ceil((4 * scored * vocabularySize) / chunkBytes));
}

/** What no batch is larger than. */
export function largestBatch(
  { examples, heldOut }: Pick<TrainingData, 'examples' | 'heldOut'>,
  { batchSize }: Pick<TrainingSettings, 'batchSize'>,
): BatchSizes {
  const all = [...examples, ...heldOut];
  const rows = Math.min(batchSize, Math.max(examples.length, heldOut.length));
  const rowLength = all.reduce((longest, { ids }) => Math.max(longest, ids.length - 1), 0);
  const targets = all.map(targetsOf).toSorted((a, b) => b - a);
  return { rows, rowLength, scored: targets.slice(0, rows).reduce((sum, each) => sum + each, 0) };
}

/** Of a tensor. */
export function numbersOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
