/** A model at every factor of its super weights, ready to score. */
import { createSweepModel } from '@linchpin/evaluator';
import type { SweepModel } from '@linchpin/plugin-api';
import { amplify, amplifyParameter } from '@linchpin/plugin-amplify';
import { abortable } from '../abortable.ts';
import type { OpenedModel } from '../open-model.ts';
import { openRememberedSweep } from '../remembered-model.ts';
import type { BatchCounts } from '../store/batch-counts.ts';
import { type AppliedChain, layChain, type ModelRun, weightsToBlame } from '../variant.ts';
import { unchanged } from './factors.ts';

export interface SweptModel {
  /** One a factor: what rows of its numbers say. */
  readonly points: readonly AppliedChain[];
  readonly model: SweepModel;
  /** Absent where nothing is remembered. */
  readonly batches?: BatchCounts;
}

/** Opens the model once for all factors, lends it to `work`, and frees its sessions whatever happens. */
export async function withSweep<T>(
  opened: OpenedModel,
  factors: readonly number[],
  { flags, signal, work }: ModelRun & { readonly work: (swept: SweptModel) => Promise<T> },
): Promise<T> {
  signal.throwIfAborted();
  const weights = opened.facts.superWeights();
  const interventions = [amplify({ factor: unchanged, weights })];
  const chain = { interventions };
  const decoder = await layChain(opened, chain, { flags, comparison: undefined });
  const points = factors.map((factor) => {
    const { name, version, settings } = amplify({ factor, weights });
    return { label: factorLabel(factor), interventions: [{ name, version, settings }], execution: decoder.execution };
  });
  const executor = await openRememberedSweep(
    decoder,
    { parameter: amplifyParameter, values: factors },
    { checkpoint: opened.checkpoint, chain, flags },
  );
  try {
    const batches = flags.batchTokens === undefined ? {} : { batchTokens: flags.batchTokens };
    return await work({
      points,
      model: createSweepModel(abortable(executor, signal), batches),
      ...(executor.batches === undefined ? {} : { batches: executor.batches }),
    });
  } catch (error) {
    throw await weightsToBlame(error, opened);
  } finally {
    await executor.release();
  }
}

/** `s = 0.5`, as the paper writes it. */
function factorLabel(factor: number): string {
  return `s = ${factor}`;
}
