/** Chains of interventions: as they are applied to a model, as rows record them, and in words. */
import { type DecoderCheckpoint, layCheckpoint, type LayDecoderOptions } from '@linchpin/models';
import { productTypes } from '@linchpin/defaults';
import type { AppliedIntervention, DecoderGraph, Intervention } from '@linchpin/plugin-api';
import { layingOptions, type RunContext } from './run-context.ts';

/** A checkpoint whose content has a hash: what it gives can be remembered. */
export interface HashedCheckpoint extends DecoderCheckpoint {
  readonly checkpoint: NonNullable<DecoderCheckpoint['checkpoint']>;
}

/** A labelled chain of interventions. */
export interface Chain {
  readonly label: string;
  /** In the order in which they are applied. */
  readonly interventions: readonly Intervention[];
}

/** The model as it is. */
export const original: Chain = { label: 'Original', interventions: [] };

/** What rows of numbers say of the model that they are of. */
export interface AppliedChain {
  readonly label: string;
  readonly interventions: readonly AppliedIntervention[];
  /** How products with weights are executed. */
  readonly execution: string;
}

/** What records and keys say of interventions. */
export function applied(interventions: readonly Intervention[]): AppliedIntervention[] {
  return interventions.map(({ name, version, settings }) => ({ name, version, settings }));
}

/** What rows say of interventions that were carried out. */
export function appliedTo(
  { remarks = [] }: Pick<DecoderGraph, 'remarks'>,
  interventions: readonly Intervention[],
): AppliedIntervention[] {
  return applied(interventions).map((each, index) => {
    const own = remarks.filter(({ intervention }) => intervention === index).map(({ text }) => text);
    return own.length === 0 ? each : { ...each, remarks: own };
  });
}

/** Tells whoever looks on what has to be known of interventions. */
export function remarkOn(
  { label, interventions }: Chain,
  { remarks = [] }: Pick<DecoderGraph, 'remarks'>,
  { reporter }: Pick<RunContext, 'reporter'>,
): void {
  for (const { intervention, text } of remarks) {
    const name = interventions[intervention]!.name;
    reporter.remark(`warning: ${label === name ? name : `${label}: ${name}`} ${text}`);
  }
}

/** A chain carried out on a checkpoint. */
export async function layChain(
  checkpoint: HashedCheckpoint,
  { interventions }: Pick<Chain, 'interventions'>,
  { context, sharesPrefixes = false, ...options }: { readonly context: RunContext } & LayDecoderOptions,
): Promise<DecoderGraph> {
  return await layCheckpoint(checkpoint, {
    interventions,
    ...options,
    // Keys and values of a prefix would have to wait beside the batches, in every stage its own.
    sharesPrefixes: sharesPrefixes && (context.settings.stages ?? 1) === 1,
    ...layingOptions(context),
  });
}

/** Executions of products that a setting chooses, and no intervention. */
const baseExecutions: readonly string[] = [...productTypes, 'split16'];

/** `mini`, `mini under prune-super-weight (1 weight changed)`, or `mini under quantize (products in int8)`. */
export function modelInWords(
  { name }: { readonly name: string },
  variant: AppliedChain & { readonly changedWeights: number },
): string {
  const { label, interventions, changedWeights, execution } = variant;
  const facts = execution === 'float32' ? [] : [`products in ${execution}`];
  const isExecuted = execution.split('+').some((each) => !baseExecutions.includes(each));
  // An intervention without effect must be seen; one that executes products is seen by that.
  if (interventions.length > 0 && (changedWeights > 0 || !isExecuted))
    facts.unshift(`${changedWeights} ${changedWeights === 1 ? 'weight' : 'weights'} changed`);
  const model = interventions.length === 0 ? name : `${name} under ${label}`;
  return facts.length === 0 ? model : `${model} (${facts.join(', ')})`;
}
