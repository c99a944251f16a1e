/** A model under a chain of interventions, ready to score. */
import { isLinchpinError } from '@linchpin/errors';
import { createLanguageModel } from '@linchpin/evaluator';
import { findNonFinite, layCheckpoint, nonFiniteWeights } from '@linchpin/models';
import type { AppliedIntervention, Executor, Intervention, LanguageModel } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import type { ModelFlags } from './flags.ts';
import type { OpenedModel } from './open-model.ts';

/** A labelled chain of interventions. */
export interface Chain {
  readonly label: string;
  /** In the order in which they are applied. */
  readonly interventions: readonly Intervention[];
}

export interface Variant {
  readonly label: string;
  readonly interventions: readonly AppliedIntervention[];
  readonly model: LanguageModel;
  /** Entries of weights that the interventions changed. */
  readonly changedWeights: number;
}

export interface VariantRun<T> {
  readonly flags: ModelFlags;
  /** Ends the work between two batches. */
  readonly signal: AbortSignal;
  readonly work: (variant: Variant) => Promise<T>;
}

/** Opens a variant, lends it to `work`, and frees its session whatever happens. */
export async function withVariant<T>(
  opened: OpenedModel,
  chain: Chain,
  { flags, signal, work }: VariantRun<T>,
): Promise<T> {
  signal.throwIfAborted();
  const decoder = await layCheckpoint(opened, { interventions: chain.interventions });
  const executor = await createExecutor(decoder, {
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.castWeights === undefined ? {} : { castWeights: flags.castWeights }),
  });
  try {
    const batches = flags.batchTokens === undefined ? {} : { batchTokens: flags.batchTokens };
    const model = createLanguageModel(abortable(executor, signal), batches);
    const interventions = chain.interventions.map(({ name, version, settings }) => ({ name, version, settings }));
    return await work({ label: chain.label, interventions, model, changedWeights: decoder.changedWeights });
  } catch (error) {
    throw await weightsToBlame(error, opened);
  } finally {
    await executor.release();
  }
}

function abortable(executor: Executor, signal: AbortSignal): Executor {
  return {
    contextLength: executor.contextLength,
    vocabularySize: executor.vocabularySize,
    async run(batch) {
      signal.throwIfAborted();
      return await executor.run(batch);
    },
    release: () => executor.release(),
  };
}

/** Where a score is not finite, the weights of the checkpoint that are not; the error itself where all of them are. */
async function weightsToBlame(error: unknown, { checkpoint, tensors }: OpenedModel): Promise<unknown> {
  if (!isLinchpinError(error) || !error.code.endsWith('/non-finite')) return error;
  const findings = await findNonFinite(checkpoint, tensors.keys());
  return findings.length > 0 ? nonFiniteWeights(findings) : error;
}
