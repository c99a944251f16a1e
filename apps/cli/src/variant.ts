/** A model under a chain of interventions, ready to score. */
import { isLinchpinError } from '@linchpin/errors';
import { type Bootstrap, createLanguageModel } from '@linchpin/evaluator';
import { findNonFinite, layCheckpoint, nonFiniteWeights } from '@linchpin/models';
import type {
  AppliedIntervention,
  ComparisonRole,
  DecoderGraph,
  Intervention,
  LanguageModel,
} from '@linchpin/plugin-api';
import { abortable } from './abortable.ts';
import type { ModelFlags } from './flags.ts';
import type { OpenedModel } from './open-model.ts';
import { comparing, PairedFigures } from './paired-figures.ts';
import { type OpenedExecutor, openRemembered } from './remembered-model.ts';
import { encodingOptions } from './runtime-options.ts';
import type { BatchCounts } from './store/batch-counts.ts';
import { rememberedBootstrap } from './store/remembered-bootstrap.ts';
import { ReferenceModel } from './store/remembered-pair.ts';

/** A labelled chain of interventions. */
export interface Chain {
  readonly label: string;
  /** In the order in which they are applied. */
  readonly interventions: readonly Intervention[];
}

/** What rows of numbers say of the model that they are of. */
export interface AppliedChain {
  readonly label: string;
  readonly interventions: readonly AppliedIntervention[];
  /** How products with weights are executed. */
  readonly execution: string;
}

export interface Variant extends AppliedChain {
  readonly model: LanguageModel;
  /** Entries of weights that the interventions changed. */
  readonly changedWeights: number;
  /** How far it lies from the reference on everything that `model` scores; absent where it is compared with nothing. */
  readonly paired?: PairedFigures;
  /** Of the standard error of a perplexity of words. */
  readonly bootstrap: Bootstrap;
  /** Absent where nothing is remembered. */
  readonly batches?: BatchCounts;
}

/** How the models of a command are run. */
export interface ModelRun {
  readonly flags: ModelFlags;
  /** Ends the work between two batches. */
  readonly signal: AbortSignal;
}

export interface VariantRun<T> extends ModelRun {
  /** What the variant is compared with on every batch. */
  readonly reference?: ReferenceModel | undefined;
  readonly work: (variant: Variant) => Promise<T>;
}

/** Opens a variant, lends it to `work`, and frees its session whatever happens. */
export async function withVariant<T>(opened: OpenedModel, chain: Chain, run: VariantRun<T>): Promise<T> {
  const { flags, signal, reference, work } = run;
  signal.throwIfAborted();
  const decoder = await layChain(opened, chain, { flags, comparison: reference && 'compared' });
  const paired = reference === undefined ? undefined : new PairedFigures();
  const parts = { checkpoint: opened.checkpoint, chain, flags };
  const executor: OpenedExecutor =
    reference === undefined || paired === undefined
      ? await openRemembered(decoder, parts)
      : comparing(await reference.compare(decoder, parts), paired);
  try {
    const batches = flags.batchTokens === undefined ? {} : { batchTokens: flags.batchTokens };
    return await work({
      label: chain.label,
      interventions: chain.interventions.map(({ name, version, settings }) => ({ name, version, settings })),
      model: createLanguageModel(abortable(executor, signal), batches),
      changedWeights: decoder.changedWeights,
      execution: decoder.execution,
      bootstrap: await rememberedBootstrap(flags),
      ...(paired === undefined ? {} : { paired }),
      ...(executor.batches === undefined ? {} : { batches: executor.batches }),
    });
  } catch (error) {
    throw await weightsToBlame(error, opened);
  } finally {
    await executor.release();
    await decoder.removeFiles?.();
  }
}

/** Opens what variants are compared with, lends it to `work`, and frees its session whatever happens. */
export async function withReference<T>(
  opened: OpenedModel,
  chain: Chain,
  { flags, signal, work }: ModelRun & { readonly work: (reference: ReferenceModel) => Promise<T> },
): Promise<T> {
  signal.throwIfAborted();
  const decoder = await layChain(opened, chain, { flags, comparison: 'reference' });
  const reference = new ReferenceModel(decoder, { checkpoint: opened.checkpoint, chain, flags });
  try {
    return await work(reference);
  } finally {
    await reference.release();
    await decoder.removeFiles?.();
  }
}

/** A chain carried out on the checkpoint. */
export async function layChain(
  opened: OpenedModel,
  { interventions }: Pick<Chain, 'interventions'>,
  { flags, comparison }: { readonly flags: ModelFlags; readonly comparison: ComparisonRole | undefined },
): Promise<DecoderGraph> {
  return await layCheckpoint(opened, {
    interventions,
    ...(comparison === undefined ? {} : { comparison }),
    ...encodingOptions(flags),
  });
}

/** Where a score is not finite, the weights of the checkpoint that are not; the error itself where all of them are. */
export async function weightsToBlame(error: unknown, { checkpoint, tensors }: OpenedModel): Promise<unknown> {
  if (!isLinchpinError(error) || !error.code.endsWith('/non-finite')) return error;
  const findings = await findNonFinite(checkpoint, tensors.keys());
  return findings.length > 0 ? nonFiniteWeights(findings) : error;
}
