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
export { nothingInCommon } from './errors.ts';
export { requireOverlap } from './match-parts.ts';
export { comparisonJunit } from './reports/comparison-junit.ts';
export { comparisonMarkdown } from './reports/comparison-markdown.ts';
export { comparisonText } from './reports/comparison-text.ts';
export { firstRunJunit, firstRunMarkdown, numbersOf, type NumbersTable } from './reports/first-run.ts';
export { meanings } from './reports/in-words.ts';
