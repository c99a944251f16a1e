export { census, type CensusOptions } from './census.ts';
export type { CensusEntry, ModelCensus } from './measure-model.ts';
export type { Ablation, Subject, Unit } from './subject.ts';
export type { Together } from './pair.ts';
