/** A model under a chain of interventions, ready to score. */
import { createLanguageModel } from '@linchpin/evaluator';
import { layCheckpoint } from '@linchpin/models';
import type { AppliedIntervention, Intervention, LanguageModel } from '@linchpin/plugin-api';
import { createExecutor } from '@linchpin/runtime';
import type { ModelFlags } from './flags.ts';
import type { OpenedModel } from './open-model.ts';

export interface Variant {
  readonly label: string;
  readonly interventions: readonly AppliedIntervention[];
  readonly model: LanguageModel;
  /** Entries of weights that the interventions changed. */
  readonly changedWeights: number;
}

/** Opens a variant, lends it to `work`, and frees its session whatever happens. */
export async function withVariant<T>(
  opened: OpenedModel,
  chain: { readonly label: string; readonly interventions: readonly Intervention[] },
  run: { readonly flags: ModelFlags; readonly work: (variant: Variant) => Promise<T> },
): Promise<T> {
  const { flags, work } = run;
  const decoder = await layCheckpoint(opened, { interventions: chain.interventions });
  const executor = await createExecutor(decoder, {
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.castWeights === undefined ? {} : { castWeights: flags.castWeights }),
  });
  try {
    const model = createLanguageModel(executor, flags.batchTokens === undefined ? {} : { batchTokens: flags.batchTokens });
    const interventions = chain.interventions.map(({ name, version, settings }) => ({ name, version, settings }));
    return await work({ label: chain.label, interventions, model, changedWeights: decoder.changedWeights });
  } finally {
    await executor.release();
  }
}
