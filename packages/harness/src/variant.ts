/** A model under a chain of interventions, ready to score. */
import { type Bootstrap, createLanguageModel } from '@linchpin/evaluator';
import {
  abortable,
  applied,
  type AppliedChain,
  appliedTo,
  batchBound,
  blameWeights,
  type Chain,
  compose,
  layChain,
  openExecutor,
  type OpenedExecutor,
  ReferenceModel,
  remarkOn,
  rememberedBootstrap,
  type RunContext,
  standIn,
} from '@linchpin/execution';
import type { BatchOutput, LanguageModel, PackedBatch } from '@linchpin/plugin-api';
import type { BatchCounts } from '@linchpin/run-store';
import { plainSession, type SessionSettings } from '@linchpin/runtime';
import type { OpenedModel } from './open-model.ts';
import { comparing, PairedFigures } from './paired-figures.ts';

export interface Variant extends AppliedChain {
  readonly model: LanguageModel;
  /** How its session is opened. */
  readonly settings: SessionSettings;
  /** Entries of weights that the interventions changed. */
  readonly changedWeights: number;
  /** How far it lies from the reference on everything that `model` scores; absent where it is compared with nothing. */
  readonly paired?: PairedFigures;
  /** Of the standard error of a perplexity of words. */
  readonly bootstrap: Bootstrap;
  /** Absent where nothing is remembered. */
  readonly batches?: BatchCounts;
}

export interface VariantRun<T> {
  readonly context: RunContext;
  /** What the variant is compared with on every batch. */
  readonly reference?: ReferenceModel | undefined;
  readonly work: (variant: Variant) => Promise<T>;
}

/** Opens a variant, lends it to `work`, and frees its session whatever happens. */
export async function withVariant<T>(opened: OpenedModel, chain: Chain, run: VariantRun<T>): Promise<T> {
  const { context, reference, work } = run;
  context.signal.throwIfAborted();
  if (context.division?.beginVariant() === false)
    return await work(standInVariant(opened, chain, reference !== undefined));
  const decoder = await layChain(opened, chain, {
    context,
    comparison: reference && 'compared',
    sharesPrefixes: true,
  });
  const paired = reference === undefined ? undefined : new PairedFigures();
  const parts = { checkpoint: opened.checkpoint, chain, context };
  const executor: OpenedExecutor =
    reference === undefined || paired === undefined
      ? await openExecutor(decoder, parts)
      : comparing(await reference.compare(decoder, parts), paired);
  try {
    remarkOn(chain, decoder, context);
    return await work({
      label: chain.label,
      interventions: appliedTo(decoder, chain.interventions),
      model: createLanguageModel(compose(executor, abortable(context.signal)), batchBound(context)),
      settings: executor.settings,
      changedWeights: decoder.changedWeights,
      execution: decoder.execution,
      // That of stand-ins would take seconds and say nothing.
      bootstrap: context.division === undefined ? await rememberedBootstrap(context) : () => null,
      ...(paired === undefined ? {} : { paired }),
      ...(executor.batches === undefined ? {} : { batches: executor.batches }),
    });
  } catch (error) {
    throw await blameWeights(error, opened);
  } finally {
    await executor.release();
  }
}

async function answer(batch: PackedBatch): Promise<BatchOutput> {
  return standIn(batch);
}

/** Of which nothing is computed here: it is not laid, and answers by stand-ins. */
function standInVariant({ config }: OpenedModel, chain: Chain, isCompared: boolean): Variant {
  const { contextLength, vocabularySize } = config;
  return {
    label: chain.label,
    interventions: applied(chain.interventions),
    model: createLanguageModel({ contextLength, vocabularySize, run: answer, release: async () => {} }),
    settings: plainSession(),
    changedWeights: 0,
    execution: 'float32',
    bootstrap: () => null,
    ...(isCompared ? { paired: new PairedFigures() } : {}),
  };
}

export interface ComparedRun<T> extends Omit<VariantRun<T>, 'reference'> {
  /** The chain that the variant is compared with on every batch; it is compared with nothing when absent. */
  readonly reference?: Chain | undefined;
}

/** Opens a variant, beside its reference where it has one, and frees the sessions of both whatever happens. */
export async function withCompared<T>(
  opened: OpenedModel,
  chain: Chain,
  { reference, ...run }: ComparedRun<T>,
): Promise<T> {
  if (reference === undefined) return await withVariant(opened, chain, run);
  return await withReference(opened, reference, {
    context: run.context,
    work: (model) => withVariant(opened, chain, { ...run, reference: model }),
  });
}

/** Opens what variants are compared with, lends it to `work`, and frees its session whatever happens. */
export async function withReference<T>(
  opened: OpenedModel,
  chain: Chain,
  { context, work }: { readonly context: RunContext; readonly work: (reference: ReferenceModel) => Promise<T> },
): Promise<T> {
  context.signal.throwIfAborted();
  const decoder = await layChain(opened, chain, { context, comparison: 'reference' });
  let reference: ReferenceModel | undefined;
  try {
    reference = new ReferenceModel(decoder, { checkpoint: opened.checkpoint, chain, context });
    return await work(reference);
  } finally {
    await (reference === undefined ? decoder.removeFiles?.() : reference.release());
  }
}
