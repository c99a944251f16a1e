/** What experiments of the paper take, and how their models are opened. */
import type { Harness, OpenedModel, OpenOptions } from '@linchpin/harness';
import type { WindowBos } from '@linchpin/perplexity';
import type { BosRule, Json } from '@linchpin/plugin-api';

/** A folder, a Hub id, the name of an embedded model, or a model that is open already. */
export type ModelChoice = string | OpenedModel;

export interface MeasuringOptions {
  /** Whether a BOS begins the tasks' requests; what the model's card says, or never, as in the paper's runs, when absent. */
  readonly bos?: BosRule | undefined;
  /** Where a BOS stands in the windows of a corpus. */
  readonly windowBos?: WindowBos | undefined;
  /** Only the first items of every task. */
  readonly limit?: number | undefined;
  /** Only the first windows of every corpus; as many as `limit` when absent. */
  readonly windows?: number | undefined;
}

/** Models that are named are opened with the options that are about models. */
export async function openChosen(
  harness: Harness,
  model: ModelChoice | undefined,
  { superWeights, calibration }: OpenOptions,
): Promise<OpenedModel> {
  if (typeof model === 'object') return model;
  return await harness.open(model, {
    ...(superWeights === undefined ? {} : { superWeights }),
    ...(calibration === undefined ? {} : { calibration }),
  });
}

/** What a result was made with, for its record: how models are run, and the options of the experiment. */
export function recordedSettings(
  { datasets, context }: Pick<Harness, 'datasets' | 'context'>,
  options: object,
): Readonly<Record<string, Json>> {
  const entries = Object.entries({ datasets, ...context.settings, ...options }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(entries.map(([name, value]): [string, Json] => [name, plain(value)]));
}

/** A model that is open is recorded by its name. */
function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && 'checkpoint' in value) return (value as OpenedModel).name;
  return value as Json;
}

/** `3 items and windows`, of an experiment that is cut short. */
export function firstInWords({ limit, windows }: MeasuringOptions, hasTasks: boolean): string | undefined {
  const counts = [
    ...(hasTasks && limit !== undefined ? [counted(limit, 'item')] : []),
    ...((windows ?? limit) === undefined ? [] : [counted(windows ?? limit, 'window')]),
  ];
  if (counts.length === 0) return undefined;
  return hasTasks && limit !== undefined && (windows ?? limit) === limit
    ? `${limit} ${limit === 1 ? 'item and window' : 'items and windows'}`
    : counts.join(' and ');
}

function counted(count: number | undefined, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
