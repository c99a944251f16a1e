export {
  absoluteRule,
  type Candidate,
  type CandidateRule,
  findCandidate,
  findCandidates,
  relativeRule,
  scalarOf,
  type SpikeThreshold,
} from './candidate-rule.ts';
export { CheckpointProbe, type ProbeOptions } from './checkpoint-probe.ts';
export { coldScores, type ColdScore, type MlpMatrices } from './cold-scores.ts';
export {
  type Confirmation,
  type ConfirmationOptions,
  confirmByEffect,
  type MeasuredCandidate,
} from './confirm-by-effect.ts';
export { type DetectionOptions, type DetectionRound, detectSuperWeights } from './detect-super-weights.ts';
export { effectText } from './effect-text.ts';
export {
  type Finding,
  type FindOptions,
  findSuperWeights,
  type RuleOptions,
  type SearchedModel,
} from './find-super-weights.ts';
export { coldInWords, findingInWords, limitInWords, noneInWords } from './finding-in-words.ts';
export { type Contribution, type LayerActivations, type LayerSpikes, measureSpikes } from './layer-spikes.ts';
export type { ModelProbe, WeightChange } from './model-probe.ts';
export { profileTable, roundsTable } from './profile-table.ts';
export { largestEntry, type Spike } from './spike.ts';
