/** A table of the paper as it is listed and run. */
import type { Experiment, InterventionSpecification, OpenedModel } from '@linchpin/harness';
import type { TuningOption, TuningOptions } from '../tuning/tuning-options.ts';

export interface SmtTable extends Experiment<SmtTableOptions> {
  /** How it is asked for behind the name of the paper: `commonsense`. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly { readonly header: string }[];
  /** Options that mean something to this table. */
  readonly takes: readonly SmtTableOption[];
}

export type SmtTableOption =
  | 'datasets'
  | 'limit'
  | 'sets'
  | 'protocol'
  | 'rows'
  | 'together'
  | 'superWeights'
  | 'calibration'
  | TuningOption;

/** A labelled row: a model under interventions. */
export interface RowSpecification {
  readonly label: string;
  readonly interventions: readonly InterventionSpecification[];
}

export interface SmtTableOptions extends Omit<TuningOptions, 'model'> {
  /** One model or several; the embedded one when absent. */
  readonly model?: string | OpenedModel | readonly (string | OpenedModel)[] | undefined;
  /** The model as it is when absent. */
  readonly rows?: readonly RowSpecification[] | undefined;
  /** Names of sets; all when absent. */
  readonly sets?: readonly string[] | undefined;
  /** `smt`, which is taken when absent, or `llm-adapters`. */
  readonly protocol?: string | undefined;
  /** Only the first items of every set. */
  readonly limit?: number | undefined;
  /** Texts that are written at once; 8 when absent. */
  readonly together?: number | undefined;
}
