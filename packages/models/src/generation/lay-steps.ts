import type { StepGraph } from '@linchpin/plugin-api';
import { type DecoderCheckpoint, planCheckpoint, type PlanOptions } from '../plan-checkpoint.ts';
import { layStepGraph, type StepOptions } from './lay-step-graph.ts';

export type LayStepsOptions = Omit<PlanOptions, 'readSites'> & StepOptions;

/** Applies interventions to a checkpoint and lays it to write text. The files are read, never written. */
export async function laySteps(checkpoint: DecoderCheckpoint, options: LayStepsOptions = {}): Promise<StepGraph> {
  const plan = await planCheckpoint(checkpoint, options);
  try {
    return layStepGraph(plan, options);
  } catch (error) {
    await plan.removeFiles?.();
    throw error;
  }
}
