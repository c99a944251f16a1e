import type { DecoderGraph } from '@linchpin/plugin-api';
import { layDecoder, type LayDecoderOptions } from './graph/lay-decoder.ts';
import { type DecoderCheckpoint, planCheckpoint, type PlanOptions } from './plan-checkpoint.ts';

export interface LayOptions extends PlanOptions, LayDecoderOptions {}

/** Applies interventions to a checkpoint and lays it as a graph. The files are read, never written. */
export async function layCheckpoint(checkpoint: DecoderCheckpoint, options: LayOptions = {}): Promise<DecoderGraph> {
  const plan = await planCheckpoint(checkpoint, options);
  try {
    return layDecoder(plan, options);
  } catch (error) {
    await plan.removeFiles?.();
    throw error;
  }
}
