/** A run as it is kept, shown and compared: what was asked for, every number, and every request behind the numbers. */
import type { ResultRow } from './result-row.ts';
import type { Unscorable } from './language-model.ts';

export type RunStatus = 'running' | 'finished' | 'failed' | 'interrupted';

export interface RecordedRun {
  /** Unique in its store, and later runs sort behind earlier ones. */
  readonly id: string;
  /** The command line behind the name of the program. */
  readonly command: readonly string[];
  readonly status: RunStatus;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Absent while it runs, and where it was killed. */
  readonly finishedAt?: string;
  readonly environment: RunEnvironment;
  readonly parts: readonly RecordedPart[];
}

/** Where a run took place: what its times depend on. */
export interface RunEnvironment {
  readonly version: string;
  readonly commit: string;
  readonly engine: string;
  readonly node: string;
  readonly processor: string;
  readonly threads: number;
  /** Bytes; absent while the run goes on. */
  readonly peakMemory?: number;
  /** GFLOP/s of a plain float32 product in the same run; absent where none was timed. */
  readonly matrixSpeed?: number;
}

/** One task or corpus under one chain of interventions. */
export interface RecordedPart {
  /** One a metric; all of one model, label and task. */
  readonly rows: readonly ResultRow[];
  /** In the order of the data: the items of a task, the windows of a corpus. */
  readonly items: readonly RecordedItem[];
}

export interface RecordedItem {
  /** Row of the data file, or index of the window, from 0. */
  readonly docId: number;
  /** One a choice; one for a last word and for a window. */
  readonly requests: readonly RecordedRequest[];
  /** Index of the right choice; absent where there is nothing to choose from. */
  readonly answer?: number;
  /** Whether the item counts as right under the task's first metric; absent for windows and for items without a score. */
  readonly isRight?: boolean;
  readonly skipped?: Unscorable;
}

export interface RecordedRequest {
  /** Absent for windows, whose text is the corpus. */
  readonly context?: string;
  readonly continuation?: string;
  /** The first ids that the model is fed with, as many as are worth showing, and whether a BOS is the first. */
  readonly firstIds: readonly number[];
  /** What the tokenizer writes for each of these ids alone; absent where it was not asked. */
  readonly firstTexts?: readonly string[];
  readonly bos: boolean;
  /** Tokens that are scored. */
  readonly tokens: number;
  /** Nats, summed over these tokens; absent where the request has no score. */
  readonly logLikelihood?: number;
  readonly isGreedy?: boolean;
  /** What the model wrote behind the context, where it was asked to write; `continuation` is what was expected then. */
  readonly written?: string;
  /** Tokens dropped at the left because the request is longer than the model's context. */
  readonly tokensCut: number;
}
