/** A model at every factor of its super weights, ready to score. */
import { createSweepModel } from '@linchpin/evaluator';
import {
  abortable,
  applied,
  batchBound,
  blameWeights,
  compose,
  layChain,
  openSweep,
  type RunContext,
} from '@linchpin/execution';
import type { OpenedModel, ScoredModel } from '@linchpin/harness';
import type { SweepModel } from '@linchpin/plugin-api';
import { amplify, amplifyParameter } from '@linchpin/plugin-amplify';
import type { BatchCounts } from '@linchpin/run-store';
import { unchanged } from './factors.ts';

export interface SweptModel {
  /** One a factor: what rows of its numbers say. */
  readonly points: readonly ScoredModel[];
  readonly model: SweepModel;
  /** Absent where nothing is remembered. */
  readonly batches?: BatchCounts;
}

/** Opens the model once for all factors, lends it to `work`, and frees its sessions whatever happens. */
export async function withSweep<T>(
  opened: OpenedModel,
  factors: readonly number[],
  { context, work }: { readonly context: RunContext; readonly work: (swept: SweptModel) => Promise<T> },
): Promise<T> {
  context.signal.throwIfAborted();
  const weights = opened.facts.superWeights();
  const interventions = [amplify({ factor: unchanged, weights })];
  const chain = { interventions };
  const decoder = await layChain(opened, chain, { context });
  const executor = await openSweep(
    decoder,
    { parameter: amplifyParameter, values: factors },
    { checkpoint: opened.checkpoint, chain, context },
  );
  const points = factors.map((factor) => ({
    label: factorLabel(factor),
    interventions: applied([amplify({ factor, weights })]),
    execution: decoder.execution,
    settings: executor.settings,
  }));
  try {
    return await work({
      points,
      model: createSweepModel(compose(executor, abortable(context.signal)), batchBound(context)),
      ...(executor.batches === undefined ? {} : { batches: executor.batches }),
    });
  } catch (error) {
    throw await blameWeights(error, opened);
  } finally {
    await executor.release();
  }
}

/** `s = 0.5`, as the paper writes it. */
function factorLabel(factor: number): string {
  return `s = ${factor}`;
}
