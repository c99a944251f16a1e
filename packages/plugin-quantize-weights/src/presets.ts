/** The settings of Figure 7 (arXiv 2411.07191) under names, and the one that the paper lacks: clipping alone. */
import { clippingDeviations } from '@linchpin/defaults';
import type { QuantizeWeightsOptions } from './quantize-weights.ts';

export interface Preset extends Pick<QuantizeWeightsOptions, 'clipping'> {
  readonly restoreSuperWeights: boolean;
}

/** Deviations at which the paper clips in one of its scripts; others have 11, 12 or 20, and no figure says which. */
export { clippingDeviations as paperDeviations };

export const presets: Readonly<Record<'rtn' | 'ours' | 'clip-only', Required<Preset>>> = {
  rtn: { clipping: 'none', restoreSuperWeights: false },
  ours: { clipping: { method: 'z', value: clippingDeviations }, restoreSuperWeights: true },
  'clip-only': { clipping: { method: 'z', value: clippingDeviations }, restoreSuperWeights: false },
};
