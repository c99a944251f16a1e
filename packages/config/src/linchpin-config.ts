/** What a `linchpin.config.ts` imports, and what it may say. Paths are relative to the folder of the file; flags win over everything. */
import type { AskedDevice } from '@linchpin/defaults';
import type { BosRule, Json, ProductType } from '@linchpin/plugin-api';
import type { CompareOptions } from '@linchpin/regression';
import type { FewshotByTask, LmEvalTaskFile, OwnRow, TaskDefinition } from '@linchpin/tasks';

export interface LinchpinConfig {
  /** What `--model` is when absent: a name of `models`, a folder, or a Hub id. */
  readonly model?: string;
  /** Short names for folders and Hub ids, to be used wherever a model is named. */
  readonly models?: Readonly<Record<string, string>>;
  /** What `--datasets` is when absent: folder of the data files. */
  readonly datasets?: string;
  /** What `--store` is when absent; false is `--no-store`. */
  readonly store?: string | false;
  /** What `--device` is when absent. */
  readonly device?: AskedDevice;
  /** What `--stages` is when absent, of commands that have it. */
  readonly stages?: number | 'auto';
  /** What `--dtype` is when absent, of commands that have it and run a model. */
  readonly dtype?: ProductType;
  /** What `--threads` is when absent. */
  readonly threads?: number;
  /** Packages or files whose default export is an InterventionPlugin. */
  readonly plugins?: readonly string[];
  /** Named chains of interventions, to be used wherever an intervention is named. */
  readonly interventions?: Readonly<Record<string, readonly InterventionSpecification[]>>;
  /** Tasks of one's own, as `defineTask` completes them, or task files of lm-evaluation-harness. */
  readonly tasks?: readonly (TaskDefinition | LmEvalTaskFile)[];
  /** Few-shot examples by tasks, groups, tags or patterns of them, where no flag says how many. */
  readonly fewshot?: FewshotByTask;
  readonly nightly?: NightlyConfig;
}

/** A name, `NAME:JSON`, or a name with settings. */
export type InterventionSpecification = string | { readonly name: string; readonly settings?: Json };

/** The matrix of `linchpin nightly`: every model under every chain of interventions on all tasks and corpora. */
export interface NightlyConfig {
  /** As for `--model`; all of `models` when absent. */
  readonly models?: readonly string[];
  /** Names of `interventions`, or `original` for none; `original` and all of `interventions` when absent. */
  readonly interventions?: readonly string[];
  readonly tasks?: readonly string[];
  readonly corpora?: readonly string[];
  /** Only the first items of every task. */
  readonly limit?: number;
  /** Only the first windows of every corpus. */
  readonly windows?: number;
  readonly bos?: BosRule;
  /** What `--baseline` is when absent: a file, or the id of a run in the store. */
  readonly baseline?: string;
  /** What `--out` is when absent. */
  readonly out?: string;
  /** How runs are compared. */
  readonly compare?: Partial<CompareOptions>;
}

/** Gives back what it is given; an editor completes and checks it. */
export function defineConfig(config: LinchpinConfig): LinchpinConfig {
  return config;
}

/** Gives back what it is given, for one of `tasks`; `Row` is what a row of its file holds. */
export function defineTask<Row = OwnRow>(definition: TaskDefinition<Row>): TaskDefinition {
  // The rows of its file are what the definition says that they are.
  return definition as TaskDefinition;
}
