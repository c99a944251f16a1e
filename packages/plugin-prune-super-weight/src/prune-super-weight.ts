/**
 * "Prune SW" (The Super Weight in Large Language Models, arXiv 2411.07191, Table 1): the listed scalars become 0, as the
 * reference's `manual_scaling_SO_0.0` does.
 */
import { coordinatesOf, type Intervention, type SuperWeight } from '@linchpin/plugin-api';

export interface PruneSuperWeightOptions {
  readonly weights: readonly SuperWeight[];
}

/** Sets every listed super weight to zero; an empty list changes nothing. */
export function pruneSuperWeight({ weights }: PruneSuperWeightOptions): Intervention {
  return {
    name: 'prune-super-weight',
    version: 1,
    settings: { weights: weights.map(coordinatesOf) },
    edit(model) {
      for (const at of weights) model.weight(model.mlpOutput(at)).set(at.row, at.column, 0);
    },
  };
}
