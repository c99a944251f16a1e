import type { MlpPlace, SuperWeight } from '@linchpin/plugin-api';
import type { LayerSpikes } from './layer-spikes.ts';

/** What detection asks of a model; whoever runs models implements it. */
export interface ModelProbe {
  /** One forward pass of the prompt with these scalars at zero, layer by layer. */
  profile(pruned: readonly SuperWeight[]): Promise<readonly LayerSpikes[]>;
  /**
   * Mean negative log-likelihood of the text in nats per token, once for every list of changes that are added to the
   * weights; an empty list is the unedited model.
   */
  losses(edits: readonly (readonly WeightChange[])[]): Promise<readonly number[]>;
  /** [out, in] of an MLP's output projection. */
  shape(place: MlpPlace): readonly [number, number];
}

/** A summand of one scalar of an MLP's output projection. */
export interface WeightChange extends SuperWeight {
  readonly change: number;
}
