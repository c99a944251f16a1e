/** What the comparison of two runs holds: plain data, from which every report is written. */
import type { MetricName, RecordedRun } from '@linchpin/plugin-api';

/**
 * `equal`: the same numbers within the tolerance. `changed`: other numbers, which no test finds better or worse.
 * `improvement` and `regression`: better, or worse or not what it was. `incomparable`: another question was asked.
 */
export type Verdict = 'equal' | 'improvement' | 'changed' | 'incomparable' | 'regression';

export type Resource = 'speed' | 'memory';

/** `numbers`: on the same items every number must be what it was. `tests`: only what a paired test finds worse counts. */
export type Judge = 'numbers' | 'tests';

export interface CompareOptions {
  /** Largest relative difference of a log-likelihood that counts as none; see `relativeDifference`. */
  readonly tolerance: number;
  /** Chance of even one false finding of the paired tests. */
  readonly alpha: number;
  readonly judge: Judge;
  /** Least ratio of the speed to the baseline's. */
  readonly leastSpeed: number;
  /** Largest ratio of the peak memory to the baseline's. */
  readonly mostMemory: number;
  /** Resources whose bounds decide; those of the others are only warned of. */
  readonly failOn: readonly Resource[];
}

export interface RunComparison {
  readonly baseline: ComparedRun;
  readonly run: ComparedRun;
  readonly options: CompareOptions;
  readonly verdict: Verdict;
  readonly parts: readonly PartComparison[];
  /** Parts that only the baseline has: a regression. */
  readonly missing: readonly PartName[];
  /** Parts that only the run has. */
  readonly added: readonly PartName[];
  /** How the places differ in which the runs took place. */
  readonly changes: readonly Change[];
  /** Absent where one of the runs says nothing of it. */
  readonly speed?: ResourceComparison;
  readonly memory?: ResourceComparison;
}

export type ComparedRun = Pick<RecordedRun, 'id' | 'status' | 'startedAt' | 'environment'>;

export interface PartName {
  readonly model: string;
  readonly label: string;
  readonly task: string;
}

export interface PartComparison extends PartName {
  readonly verdict: Verdict;
  /** Settings that are not what they were. */
  readonly changes: readonly Change[];
  readonly metrics: readonly MetricComparison[];
  readonly items: ItemCounts;
  readonly requests: RequestComparison;
  /** Those of numbers that differ; empty where none do, or where the part is incomparable. */
  readonly tests: readonly PairedTest[];
  readonly flipped: readonly FlippedItem[];
}

/** A setting that is not what it was; `protocol` where numbers under the two are answers to different questions. */
export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly protocol: boolean;
}

export interface MetricComparison {
  readonly metric: string;
  readonly before: number;
  readonly after: number;
  /** Right answers; null for metrics that count nothing. */
  readonly correctBefore: number | null;
  readonly correctAfter: number | null;
  /** Whether counts are the same, and other values within the tolerance. */
  readonly isEqual: boolean;
}

export interface ItemCounts {
  readonly before: number;
  readonly after: number;
  /** Items that both have, by their place in the data. */
  readonly common: number;
}

/** The log-likelihoods of the items that both runs have. */
export interface RequestComparison {
  readonly compared: number;
  /** How many differ by more than the tolerance. */
  readonly beyond: number;
  /** The one that differs most; absent where none differ. */
  readonly largest?: RequestDifference;
}

export interface RequestDifference {
  readonly docId: number;
  /** Index of the request in its item. */
  readonly request: number;
  /** Nats; null where there is no score. */
  readonly before: number | null;
  readonly after: number | null;
  readonly difference: number;
}

/** A test over the items that both runs have. */
export interface PairedTest {
  readonly metric: MetricName;
  readonly test: 'mcnemar' | 'paired-t';
  /** Of McNemar's: items that only the one answers right. */
  readonly onlyBefore?: number;
  readonly onlyAfter?: number;
  /** Of the t test: mean of the negative log-likelihoods' differences, run minus baseline, in nats. */
  readonly meanDifference?: number;
  readonly isWorse: boolean;
  readonly p: number;
  /** p after Holm's correction over all tests of the comparison. */
  readonly adjusted: number;
}

/** An item that is answered right by only one of the runs. */
export interface FlippedItem {
  readonly docId: number;
  readonly isRight: boolean;
  /** Index of the right choice; absent where there is nothing to choose from. */
  readonly answer?: number;
  readonly requests: readonly {
    readonly context?: string;
    readonly continuation?: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
}

/** Speed in tokens computed a GFLOP of the run's own calibration product, memory in bytes. */
export interface ResourceComparison {
  readonly before: number;
  readonly after: number;
  /** after / before. */
  readonly ratio: number;
  readonly isWithinBound: boolean;
}
