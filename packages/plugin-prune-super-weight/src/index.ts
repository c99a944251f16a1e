export { pruneSuperWeight, type PruneSuperWeightOptions } from './prune-super-weight.ts';
export { plugin } from './plugin.ts';
