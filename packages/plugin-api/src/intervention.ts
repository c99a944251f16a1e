import type { Graph, Value } from '@linchpin/onnx';
import type { Json } from './json.ts';

/**
 * A change of the model: a plain object made by a function of its options. An array of them composes, in order.
 * `edit` only describes; the library carries the description out in the cheapest way, and the checkpoint is never
 * written.
 */
export interface Intervention {
  readonly name: string;
  /** Raised whenever the same settings can give another result. */
  readonly version: number;
  /** Plain JSON, recorded in every result row. */
  readonly settings: Json;
  edit(model: EditableModel): void | Promise<void>;
}

/** What an intervention sees of a model. Names are the checkpoint's own tensor names and the sites derived from them. */
export interface EditableModel {
  readonly layers: number;
  /** Names of the weight matrices of the decoder layers (no norms, no embeddings, no output head), in layer order. */
  readonly layerMatrices: readonly string[];
  /** The matrix whose output is the MLP's: where super weights live. */
  mlpOutput(layer: number): string;
  /** Throws when the checkpoint has no such tensor. */
  weight(name: string): EditableWeight;
  /**
   * Sites are `<module>.input` and `<module>.output` of the linear modules, `.output` of norms, and `.output` of layers.
   * One that the model does not have is an error when its graph is laid.
   */
  activation(site: string): EditableActivation;
}

/** A tensor of the checkpoint; the edits of one tensor are carried out in the order in which they were asked for. */
export interface EditableWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Throws when the coordinates lie outside the matrix, as every verb with coordinates does. */
  check(row: number, column: number): void;
  set(row: number, column: number, value: number): void;
  scale(row: number, column: number, factor: number): void;
  /** A change of the whole tensor: `transform` gets a float32 copy, row-major, and changes it in place. */
  map(transform: (values: Float32Array, shape: readonly number[]) => void): void;
  /** One row as the checkpoint has it, without any edit. */
  original(row: number): Promise<Float32Array>;
  /** Whether any edit so far touches the row. */
  isEdited(row: number): boolean;
}

export interface EditableActivation {
  readonly site: string;
  /** Changes the activation, [tokens, width], inside the graph. Rewrites of one site run in order. */
  rewrite(build: (context: RewriteContext) => RewriteResult): void;
  /** Adds the activation to the outputs of every batch. */
  read(): void;
}

export interface RewriteContext {
  readonly graph: Graph;
  /** The activation as it is so far: float32 [tokens, width]. */
  readonly value: Value;
  /** The input of the same module, float32 [tokens, width of the input]. */
  readonly input: Value;
  /** The bias that the module adds, float32 [width]; absent where it has none. */
  readonly bias?: Value;
  /** Who sees whom: bool [rows, rowLength, rowLength], true where token j is token i or one of its ancestors. */
  readonly ancestors: Value;
  /** int64 [2] = [rows, rowLength], to fold the flat token axis. */
  readonly rowShape: Value;
}

export interface RewriteResult {
  readonly value: Value;
  /**
   * bool [tokens]: set where the requests that share a token disagree about it, at the tokens for which a request that
   * ends there has to be run again alone. Left out by rewrites that treat every token by itself.
   */
  readonly unresolved?: Value;
}
