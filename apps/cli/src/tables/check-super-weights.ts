import { layCheckpoint } from '@linchpin/models';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';
import type { OpenedModel } from '../open-model.ts';

/** Coordinates are compared with the matrices when an edit is carried out: the cheapest edit there is tells. */
export async function checkSuperWeights(opened: OpenedModel): Promise<void> {
  await layCheckpoint(opened, { interventions: [pruneSuperWeight({ weights: opened.facts.superWeights() })] });
}
