/** A figure of the paper, or one that it lacks, as it is listed and run. */
import type { Experiment } from '@linchpin/harness';
import type { TuningOption, TuningOptions } from '../tuning/tuning-options.ts';

export interface SmtFigure extends Experiment<SmtFigureOptions> {
  /** How it is asked for behind the name of the paper: `repair`. */
  readonly id: string;
  readonly title: string;
  /** Options that mean something to this figure. */
  readonly takes: readonly SmtFigureOption[];
}

export interface SmtFigureOptions extends TuningOptions {
  /** Only the first items of every task or set. */
  readonly limit?: number | undefined;
  /** Only the first windows of a corpus; as many as `limit` when absent. */
  readonly windows?: number | undefined;
  /** Names of sets of the commonsense table; all when absent. */
  readonly sets?: readonly string[] | undefined;
  /** `smt`, which is taken when absent, or `llm-adapters`. */
  readonly protocol?: string | undefined;
}

export type SmtFigureOption = TuningOption | 'superWeights' | 'datasets' | 'limit' | 'windows' | 'sets' | 'protocol';
