/** What experiments that train take, and what they take where nothing is said. */
import { join } from 'node:path';
import { miniFolder } from '@linchpin/datasets';
import { tunedBatchSize, tunedHeldOut, tunedTokens } from '@linchpin/defaults';
import type { Harness, OpenedModel, OpenOptions } from '@linchpin/harness';
import type { Json } from '@linchpin/plugin-api';
import { severalModels } from '../errors.ts';

export interface TuningOptions extends OpenOptions {
  /** The embedded one when absent. */
  readonly model?: string | OpenedModel | undefined;
  /** Files that are trained on; the embedded texts when absent. */
  readonly data?: readonly string[] | undefined;
  /** Files, or how many rows at the end of the data: what the loss is measured on. */
  readonly heldOut?: number | readonly string[] | undefined;
  /** Only so many rows from the beginning of the data. */
  readonly dataRows?: number | undefined;
  readonly steps?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly maxLength?: number | undefined;
  /** Of sparse and low-rank methods; full training takes half of it. */
  readonly learningRate?: number | undefined;
  readonly seed?: number | undefined;
  /** Rows and columns of a block; the largest of 256, 128, 64, 32 and 16 that divides all matrices when absent. */
  readonly block?: number | undefined;
  /** Shares of the weights that are trained, ascending. */
  readonly shares?: readonly number[] | undefined;
  /** Folder of what is trained: a training that is there is not made twice. */
  readonly folder?: string | undefined;
}

/** Those that say how a training goes, which every figure here takes. */
export type TuningOption = Exclude<keyof TuningOptions, 'model' | 'superWeights' | 'calibration' | 'folder'>;

export const tuningOptions: readonly TuningOption[] = [
  'data',
  'heldOut',
  'dataRows',
  'steps',
  'batchSize',
  'maxLength',
  'learningRate',
  'seed',
  'block',
  'shares',
];

export interface TuningDefaults {
  readonly steps: number;
  readonly learningRate: number;
}

/** How every training of an experiment goes, with everything filled in. */
export interface TuningPlan {
  readonly data: readonly string[];
  readonly heldOut: number | readonly string[];
  readonly limit: number | undefined;
  readonly steps: number;
  readonly batchSize: number;
  readonly maxLength: number;
  readonly learningRate: number;
  readonly seed: number;
  readonly folder: string;
}

const embeddedTexts = join(miniFolder, 'c4.validation.jsonl');

export function tuningPlan(
  options: TuningOptions,
  { steps, learningRate }: TuningDefaults,
  { config }: Pick<OpenedModel, 'config'>,
): TuningPlan {
  return {
    data: options.data ?? [embeddedTexts],
    heldOut: options.heldOut ?? tunedHeldOut,
    limit: options.dataRows,
    steps: options.steps ?? steps,
    batchSize: options.batchSize ?? tunedBatchSize,
    maxLength: options.maxLength ?? Math.min(tunedTokens, config.contextLength),
    learningRate: options.learningRate ?? learningRate,
    seed: options.seed ?? 0,
    folder: options.folder ?? 'results/trained',
  };
}

/** The model of an experiment that trains; throws where several are asked for, of which it would train the first. */
export async function openOne(
  harness: Harness,
  model: string | OpenedModel | readonly (string | OpenedModel)[] | undefined,
): Promise<OpenedModel> {
  const models = [model].flat();
  if (models.length > 1) throw severalModels(models.length);
  const [chosen] = models;
  return typeof chosen === 'object' ? chosen : await harness.open(chosen);
}

/** What a result was made with, for its record. */
export function settingsOf(
  harness: Harness,
  plan: TuningPlan,
  more: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  return JSON.parse(
    JSON.stringify({ datasets: harness.datasets, ...harness.context.settings, ...plan, ...more }),
  ) as Record<string, Json>;
}

/** `60 steps of 8 × 128 tokens`, and on what. */
export function planInWords({ steps, batchSize, maxLength, data, seed }: TuningPlan): string {
  const files = data.map((file) => file.split(/[/\\]/).at(-1)).join(', ');
  return `${steps} steps of ${batchSize} sequences of at most ${maxLength} tokens of ${files}, seed ${seed}`;
}
