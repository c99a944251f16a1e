import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Intervention } from './intervention.ts';
import type { Json } from './json.ts';
import type { SuperWeight } from './super-weight.ts';
import type { TrainingMethod } from './training-method.ts';

/** How an intervention is offered to users: what a package named `plugin-*` exports as `plugin`. */
export interface InterventionPlugin<Options = unknown> {
  /** The name on the command line, `--intervention NAME[:JSON]`; equal to the intervention's own. */
  readonly name: string;
  /** One sentence for listings. */
  readonly summary: string;
  /** One sentence for every option. */
  readonly options: Readonly<Record<string, string>>;
  /** Checks the options that a user gives as JSON; zod and its like implement this interface. */
  readonly schema: StandardSchemaV1<unknown, Options>;
  /**
   * Replaces options that only a measurement of the model decides, before `create` is called: what it finds stands in the
   * settings then, and so in every row. Absent where there are none.
   */
  prepare?(options: Options, model: ModelFacts): Promise<Options>;
  create(options: Options, model: ModelFacts): Intervention;
  /** Ways of training whose results the intervention reads, each from the folder that its option `path` names. */
  readonly methods?: readonly TrainingMethod[];
}

/** What a plugin may need to know of the model to fill in options that were not given. */
export interface ModelFacts {
  /** The model's super weights; throws an error that says how to give them when none are known. */
  superWeights(): readonly SuperWeight[];
  /** Asks for activation scales; throws where the flags and files that there are name none. */
  calibration(): Calibration;
  /**
   * Whether products of 8-bit integers are exact on this processor. An intervention that would choose them by itself
   * takes another execution where they are not; one that is asked for is refused when the model is opened.
   */
  readonly exactIntegers: boolean;
}

/** Activation scales of the model as the interventions before leave it. */
export interface Calibration {
  /** What they are measured on or read from, for records. */
  readonly origin: Json;
  /**
   * The largest magnitude of every channel of the sites' activations over the calibration text, by site: float32
   * [width]. Runs the model; the same sites are measured once.
   */
  channelMaxima(sites: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  /**
   * The loss on the calibration text, of which nothing is scored, under each of these interventions by itself. Absent where
   * scales are read from a file: there is no text.
   */
  readonly losses?: (interventions: readonly Intervention[]) => Promise<CalibrationLosses>;
}

export interface CalibrationLosses {
  /** Mean negative log-likelihoods in nats a token, one an intervention. */
  readonly nll: readonly number[];
  /** How much of the text was read. */
  readonly samples: number;
  readonly tokens: number;
}
