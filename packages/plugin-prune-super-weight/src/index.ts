export { pruneSuperWeight, type PruneSuperWeightOptions } from './prune-super-weight.ts';
