import type { ComparisonRole, DecoderGraph } from '@linchpin/plugin-api';
import { layDecoder } from './graph/lay-decoder.ts';
import { type DecoderCheckpoint, planCheckpoint, type PlanOptions } from './plan-checkpoint.ts';

export interface LayOptions extends PlanOptions {
  /** What the graph has to do where two are compared. */
  readonly comparison?: ComparisonRole;
}

/** Applies interventions to a checkpoint and lays it as a graph. The files are read, never written. */
export async function layCheckpoint(checkpoint: DecoderCheckpoint, options: LayOptions = {}): Promise<DecoderGraph> {
  const plan = await planCheckpoint(checkpoint, options);
  try {
    return layDecoder(plan, options.comparison);
  } catch (error) {
    await plan.removeFiles?.();
    throw error;
  }
}
