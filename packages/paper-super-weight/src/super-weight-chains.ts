/** What tables and figures do with the super weights of a model. */
import { type Chain, layChain } from '@linchpin/execution';
import type { Harness, OpenedModel } from '@linchpin/harness';
import { numberSelected, paperCount } from '@linchpin/plugin-prune-outliers';
import { pruneSuperWeight } from '@linchpin/plugin-prune-super-weight';

/** The model without its super weights. */
export function withoutSuperWeights({ facts }: Pick<OpenedModel, 'facts'>): Chain {
  return { label: 'Prune SW', interventions: [pruneSuperWeight({ weights: facts.superWeights() })] };
}

/** Coordinates are compared with the matrices when an edit is carried out: the cheapest edit there is tells. */
export async function checkSuperWeights(opened: OpenedModel, { context }: Pick<Harness, 'context'>): Promise<void> {
  const decoder = await layChain(opened, withoutSuperWeights(opened), { context });
  await decoder.removeFiles?.();
}

/** The share of each matrix, or the paper's number in words where the share is of no matrix a whole weight. */
export function outliersOf(
  { family, config, tensors }: Pick<OpenedModel, 'family' | 'config' | 'tensors'>,
  fraction: number,
): { readonly fraction: number } | { readonly count: number } {
  const shapes = family.layerMatrices(config).map((name) => tensors.get(name)?.shape ?? []);
  const isSelecting = fraction === 0 || shapes.some((shape) => numberSelected(shape, fraction) > 0);
  return isSelecting ? { fraction } : { count: paperCount };
}
