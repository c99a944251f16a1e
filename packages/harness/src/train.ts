/** Trains a model by a method of a plugin. */
import {
  chooseMethod,
  findTrainingFile,
  type MethodSpecification,
  type Selection,
  type SelectOptions as Selecting,
  selectParts,
  type TrainedModel,
  trainModel,
  type TrainOptions as Tuning,
} from '@linchpin/tuning';
import { requireList } from './check-options.ts';
import { codeVersion } from './code-version.ts';
import { dataFolder } from './data-source.ts';
import { chainOf, type ChainOptions } from './evaluate.ts';
import type { HarnessParts } from './harness-parts.ts';
import type { OpenedModel } from './open-model.ts';

export type { Selection, TrainedModel };

/**
 * The interventions come before the training: what is trained is the model that they leave. Data are files, or names of the
 * folder of the data sets.
 */
export interface TrainOptions extends ChainOptions, Tuning {
  /** The name of a method, or a name with settings. */
  readonly method: MethodSpecification;
}

export async function train(
  parts: HarnessParts,
  opened: OpenedModel,
  { method, interventions, ...options }: TrainOptions,
): Promise<TrainedModel> {
  requireList('data', options.data, 'file');
  const chosen = await chooseMethod(method, parts.plugins);
  const chain = await chainOf(parts, opened, interventions === undefined ? {} : { interventions });
  const located = (name: string): string => findTrainingFile(dataFolder(parts.datasets), name);
  const { data, heldOut } = options;
  return await trainModel(opened, chosen, {
    ...options,
    data: data.map(located),
    heldOut: typeof heldOut === 'object' ? heldOut.map(located) : heldOut,
    chain,
    context: parts.context,
    code: await codeVersion(),
  });
}

/** What a training would choose, behind interventions. */
export interface SelectOptions extends ChainOptions, Selecting, Pick<TrainOptions, 'method'> {}

export async function select(
  parts: HarnessParts,
  opened: OpenedModel,
  { method, interventions, ...options }: SelectOptions,
): Promise<Selection> {
  requireList('data', options.data, 'file');
  const chosen = await chooseMethod(method, parts.plugins);
  const chain = await chainOf(parts, opened, interventions === undefined ? {} : { interventions });
  return await selectParts(opened, chosen, { ...options, chain, context: parts.context });
}
