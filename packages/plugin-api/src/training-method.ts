/** How a way of training is offered to users: among the `methods` of the plugin whose intervention reads what it has trained. */
import type { MatrixBlock } from '@linchpin/autodiff';
import type { Graph, Value } from '@linchpin/onnx';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { LinearRole } from './intervention.ts';
import type { Json } from './json.ts';

export interface TrainingMethod<Options = unknown> {
  /** The name on the command line, `--method NAME[:JSON]`. */
  readonly name: string;
  /** Raised whenever the same settings can give another result. */
  readonly version: number;
  /** One sentence for listings. */
  readonly summary: string;
  /** One sentence for every option. */
  readonly options: Readonly<Record<string, string>>;
  /** Checks the options that a user gives as JSON; zod and its like implement this interface. */
  readonly schema: StandardSchemaV1<unknown, Options>;
  /**
   * Says what is trained. It may look at gradients first, which takes its time. Throws for options that do not fit the
   * model, before it asks for any.
   */
  plan(options: Options, model: TrainableModel): TrainingPlan | Promise<TrainingPlan>;
}

/** The model as the interventions before the training leave it. */
export interface TrainableModel {
  readonly layers: number;
  /** The weight matrices of the decoder layers, in layer order. */
  readonly matrices: readonly TrainableMatrix[];
  /** Shapes of all tensors that the model reads, by name: those of `matrices` are among them. */
  readonly tensors: ReadonlyMap<string, readonly number[]>;
  /** A whole tensor, row-major, matrices [out, in]: a copy. */
  values(name: string): Promise<Float32Array>;
  /** Uniform draws from [0, 1), seeded by the seed of the training and the purpose: the same ones for the same purpose. */
  random(purpose: string): () => number;
  /** Looks at gradients of whole tensors over the first batches of the training. */
  gradients(request: GradientRequest): Promise<ObservedGradients>;
  /**
   * Σ |x| of every input channel of the matrices of that name, float32 [columns], over all tokens that the first
   * steps of the training run. Padding does not count.
   */
  inputMagnitudes(names: readonly string[], steps: number): Promise<ReadonlyMap<string, Float32Array>>;
}

export interface TrainableMatrix {
  /** Of the tensor. */
  readonly name: string;
  /** Name of the module, without `.weight`. */
  readonly module: string;
  readonly layer: number;
  readonly role: LinearRole;
  readonly shape: readonly [out: number, columns: number];
  /** Set where the checkpoint stores it [in, out], as GPT-2's do. */
  readonly storedTransposed?: true;
}

export interface GradientRequest {
  readonly names: readonly string[];
  /** Steps of the optimizer, each over one batch of the training. */
  readonly steps: number;
  /** Trains the whole model meanwhile; weights stay as they are when absent. */
  readonly moving?: { readonly learningRate: number };
}

export interface ObservedGradients {
  /** Sums over the steps, by name: of the tensor's shape. */
  readonly sums: ReadonlyMap<string, Float32Array>;
  /** All tensors of the model after the steps, where it was trained meanwhile. */
  readonly moved?: ReadonlyMap<string, Float32Array>;
}

export interface TrainingPlan {
  /** Options with everything filled in, and what was chosen: recorded, and compared when a training goes on. */
  readonly settings: Json;
  /** Tensors of the checkpoint that are trained, whole or in blocks. */
  readonly trained: readonly TrainedPart[];
  /** Where parts of matrices were chosen by a score: which ones, as the method orders them. */
  readonly chosen?: ChosenParts;
  /** Trained tensors that are not among the checkpoint's. */
  readonly adapters?: readonly Adapter[];
  /** What tensors hold at the beginning that do not begin as the checkpoint has them; they need not be trained. */
  readonly start?: ReadonlyMap<string, Float32Array>;
  /** What whoever trains should be told. */
  readonly remarks?: readonly string[];
  /** Writes what was trained into a folder that is there, for the intervention of its plugin and for others. */
  save(result: TrainedResult, folder: string): Promise<void>;
}

/** A tensor that is trained whole, by its name, or the blocks of a matrix [out, in] that are. */
export type TrainedPart = string | { readonly name: string; readonly blocks: readonly MatrixBlock[] };

/** Parts of matrices that a method has chosen, out of how many. */
export interface ChosenParts {
  readonly parts: readonly ChosenPart[];
  /** How many parts every matrix has that was looked at, by its name. */
  readonly outOf: ReadonlyMap<string, number>;
}

export interface ChosenPart {
  /** Of the matrix. */
  readonly name: string;
  readonly place: MatrixBlock;
  readonly score: number;
}

/** Trained tensors beside one module, and how they change its output. */
export interface Adapter {
  readonly module: string;
  readonly tensors: readonly AdapterTensor[];
  /** Gives the module's new output, float32 [tokens, out]. */
  lay(context: AdapterContext): Value;
}

export interface AdapterTensor {
  /** Unique in the model. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Float32Array;
}

export interface AdapterContext {
  readonly graph: Graph;
  /** The input of the module: float32 [tokens, in]; of the token embedding the ids, int32 [tokens]. */
  readonly input: Value;
  /** Its output without the adapter, bias included: float32 [tokens, out]. */
  readonly output: Value;
  /** float32 [out]; absent where the module has none. */
  readonly bias?: Value;
  /** The matrix of the module with all edits: float32 [out, in]. Asked for where it is needed, for it may cost a copy. */
  weight(): Value;
  /** A trained tensor of this adapter, by its name. */
  trained(name: string): Value;
  /** The same value, of which no gradient flows further. */
  constant(value: Value): Value;
}

/** What a training leaves behind. */
export interface TrainedResult {
  /** Whole tensors after the training: of the checkpoint and of adapters. */
  values(name: string): Float32Array;
  /** What it was trained from and with, for the record. */
  readonly origin: Json;
  /** Name or path of the model, as it was asked for. */
  readonly model?: string;
}
