/** What a harness is, and what an experiment is that it runs: each is defined by the other. */
import type { AskedDevice } from '@linchpin/defaults';
import type { Finding, FindOptions } from '@linchpin/detection';
import type { Division, ModelSettings, Reporter } from '@linchpin/execution';
import type { ComparedTexts } from '@linchpin/generation';
import type { InterventionPlugin, ResultRow } from '@linchpin/plugin-api';
import type { Artifact, FigureData, Table } from '@linchpin/report';
import type { EndedStatus, RunStore } from '@linchpin/run-store';
import type { OwnTask } from '@linchpin/tasks';
import type { EvaluateOptions, Outcome } from './evaluate.ts';
import type { GenerateOptions } from './generate.ts';
import type { Selection, SelectOptions, TrainedModel, TrainOptions } from './train.ts';
import type { HarnessParts } from './harness-parts.ts';
import type { InterventionSpecification, MadeChain } from './interventions.ts';
import type { MergedCheckpoint, MergeOptions } from './merge.ts';
import type { PerplexityOptions } from './measure-perplexity.ts';
import type { OpenedModel, OpenOptions } from './open-model.ts';
import type { Matrix, PlannedMatrix } from './run-matrix.ts';

export interface HarnessOptions extends Omit<ModelSettings, 'device' | 'placement'> {
  /** What computes: `cpu` when absent, `cuda`, `webgpu`, `directml`, `coreml`, or `auto` for the first of the others that is there. */
  readonly device?: AskedDevice;
  /** Folder of the store that remembers what models gave, so that nothing is computed twice; nowhere when absent or false. */
  readonly store?: string | false;
  /** Computes everything again, and overwrites what the store knows of it. */
  readonly fresh?: boolean;
  /** Hashes every file of a model again, and says where one has changed behind everything that tells its state. */
  readonly verify?: boolean;
  /**
   * Folder of the data files, or `mini` for the embedded mini sets; when absent those for embedded models, and the hub for
   * others.
   */
  readonly datasets?: string;
  /** Interventions besides those of the project, which are asked for by their names, too. */
  readonly plugins?: readonly InterventionPlugin[];
  /** Tasks besides those of the project, made by `ownTask` or `lmEvalTask`. */
  readonly tasks?: readonly OwnTask[];
  /** Ends all work between two batches when it is aborted. */
  readonly signal?: AbortSignal;
  /** Is told how far the work is, as far as it listens; nobody is when absent. */
  readonly reporter?: Partial<Reporter>;
  /** Takes a share of the work, or only counts it: results are nobody's then, and nothing is written or recorded. */
  readonly division?: Division;
  /** What the record of the run says was asked for; the arguments of a command line, for example. */
  readonly command?: readonly string[];
}

/** Closed by `close`, or by `await using`. */
export interface Harness extends HarnessParts, AsyncDisposable {
  /** A checkpoint folder, a Hub id, or the name of an embedded model; the embedded `mini` when absent. */
  open(model?: string, options?: OpenOptions): Promise<OpenedModel>;
  /** Makes a chain of interventions for a model, and says what of the model they have asked for. */
  chain(model: OpenedModel, interventions: readonly InterventionSpecification[], label?: string): Promise<MadeChain>;
  /** Tasks under interventions. */
  evaluate(model: OpenedModel, options: EvaluateOptions): Promise<Outcome>;
  /** The perplexity of a corpus under interventions. */
  perplexity(model: OpenedModel, options: PerplexityOptions): Promise<Outcome>;
  /** The super weights of a model about which nothing is known. */
  find(model: OpenedModel, options?: FindOptions): Promise<Finding>;
  /** The texts that a model writes, under interventions beside the original. */
  generate(model: OpenedModel, options: GenerateOptions): Promise<ComparedTexts>;
  /** Trains a model by a method of a plugin; what comes out is a folder that an intervention reads. */
  train(model: OpenedModel, options: TrainOptions): Promise<TrainedModel>;
  /** Which parts of a model a method would train. */
  select(model: OpenedModel, options: SelectOptions): Promise<Selection>;
  /** Writes a model as interventions leave it, as a checkpoint. */
  merge(model: OpenedModel, options: MergeOptions): Promise<MergedCheckpoint>;
  /** Asks everything that could stop a matrix of models, chains and data; what it gives back runs it. */
  planMatrix(matrix: Matrix): Promise<PlannedMatrix>;
  /** Runs an experiment of a paper; files are written where a place is given. */
  run<Options>(experiment: Experiment<Options>, options: Options): Promise<ExperimentResult>;
  run<Options>(experiment: Experiment<Options>, options: Options, place: Place): Promise<SavedExperiment>;
  /** Asks everything that could stop an experiment; what it gives back computes and saves it. */
  plan<Options>(
    experiment: Experiment<Options>,
    options: Options,
    place: Place,
  ): Promise<() => Promise<SavedExperiment>>;
  /** The store, where there is one. */
  openStore(): Promise<RunStore | undefined>;
  /** Ends the record of what was computed so far, and gives its id; undefined where nothing was recorded. */
  endRun(status?: EndedStatus): Promise<string | undefined>;
  /** Ends the record, and closes the store. Whatever is opened is closed by then. */
  close(status?: EndedStatus): Promise<string | undefined>;
}

/**
 * Whatever is planned before its first number is computed, then run, saved as files, and shown: the tables, figures, sweeps
 * and directories of papers.
 */
export interface Experiment<Options> {
  /** Beginning of the names of its files, for example `table-1`. */
  readonly name: string;
  /**
   * Whether all that it asks of models is asked in parts, of which none decides what another asks: then several machines can
   * share it by its batches. Elsewhere one machine runs all of it for a model.
   */
  readonly hasParts?: boolean;
  /** Asks everything that could stop it, before the first number is computed. */
  plan(harness: Harness, options: Options): Promise<PlannedExperiment>;
}

export interface PlannedExperiment {
  /** Computes; `onNumbers` is called with numbers as they are done, which are saved when the run ends early. */
  run(onNumbers: (numbers: readonly ResultRow[]) => void): Promise<ExperimentResult>;
}

export interface ExperimentResult {
  /** The result itself, as a table: what the CSV holds. */
  readonly table: Table;
  /** One row a number, with counts, standard errors and provenance; empty where it is not made of metrics. */
  readonly numbers: readonly ResultRow[];
  /** Everything, for reports; absent where reports show nothing of it. */
  readonly artifact?: Artifact;
  readonly drawing?: FigureData;
  /** Further results by the ends of their files' names: tables as CSV, artifacts as JSON. */
  readonly more?: Readonly<Record<string, Table | Artifact>>;
  /** What a reader is told; `files` are those that were written. */
  inWords(files: ExperimentFiles): string;
  /** What a program is told. */
  readonly json: unknown;
}

/** Paths by what they hold. */
export interface ExperimentFiles {
  readonly table: string;
  readonly numbers: string;
  readonly artifact: string;
  readonly drawing: string;
  /** The file of a further result. */
  more(end: string): string;
}

export interface Place {
  /** Folder of the files; made where it is not there. */
  readonly out: string;
  /** Where the table goes instead. */
  readonly csv?: string | undefined;
}

export interface SavedExperiment extends ExperimentResult {
  /** The same words with the paths of the files in them. */
  readonly words: string;
}
