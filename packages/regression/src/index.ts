export { defaultOptions } from './compare-options.ts';
export { compareRuns, isFailure } from './compare-runs.ts';
export type {
  Change,
  ComparedRun,
  CompareOptions,
  FlippedItem,
  ItemCounts,
  Judge,
  MetricComparison,
  PairedTest,
  PartComparison,
  PartName,
  RequestComparison,
  RequestDifference,
  Resource,
  ResourceComparison,
  RunComparison,
  Verdict,
} from './comparison.ts';
