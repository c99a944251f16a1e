export { divide, type Shard, type Share } from './balance/shards.ts';
export { type SyntheticPlan, syntheticPlan } from './balance/synthetic-plan.ts';
export { isWhole, mergeAsJson, mergeInWords } from './collect/merge-in-words.ts';
export {
  type CellContradiction,
  type MergedStores,
  type MergeOptions,
  mergeSources,
  type MissingCell,
  sourcesOf,
} from './collect/merge-sources.ts';
export { secondsOf } from './plan/cost.ts';
export { type Job, type MadePlan, makePlan, type PlanOptions } from './plan/make-plan.ts';
export {
  namedPlan,
  type Plan,
  type PlanCell,
  type PlanData,
  planFromText,
  type PlanMachine,
  type PlanModel,
  planToText,
} from './plan/plan.ts';
export { readStatuses, type ShardStatus, writeWorkFile } from './work/exchange.ts';
export { shardNumber, type ShardNumber } from './work/shard-number.ts';
export { work, type WorkDone, type WorkOptions } from './work/work.ts';
export { handOver, type HandedOver } from './submit/hand-over.ts';
export {
  dockerfile,
  type Engine,
  engines,
  type Submission,
  submission,
  type SubmissionOptions,
} from './submit/submission.ts';
export { watchShards, type WatchOptions } from './submit/watch-shards.ts';
export { notDividable, withoutEffect } from './errors.ts';
export { readPlan, writePlan } from './plan/plan-file.ts';
export { planInWords } from './plan/plan-in-words.ts';
export { failedInWords, submit, type SubmitOptions, type SubmitParts } from './submit/submit.ts';
export { type WorkerPaths, workOnPlan } from './work/work-on-plan.ts';
