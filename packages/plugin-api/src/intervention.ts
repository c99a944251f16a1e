import type { Graph, Value } from '@linchpin/onnx';
import type { AppliedIntervention } from './result-row.ts';
import type { Json } from './json.ts';
import type { MlpPlace } from './super-weight.ts';

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
  /** Tokens of the longest sequence. */
  readonly contextLength: number;
  /** Names of the weight matrices of the decoder layers (no norms, no embeddings, no output head), in layer order. */
  readonly layerMatrices: readonly string[];
  /** The matrix whose output is the MLP's, or an expert's of a mixture: where super weights live. */
  mlpOutput(place: MlpPlace): string;
  /** Throws when the checkpoint has no such tensor. */
  weight(name: string): EditableWeight;
  /**
   * Sites are `<module>.input` and `<module>.output` of the linear modules, `.output` of norms, `.input` and `.output` of
   * layers, `.query`, `.key` and `.value` of an attention that has the three in one product (see LinearFacts.operands), and
   * `<attention>.attention_weights`, which alone has another shape (see AttentionOptions). Those of an expert have the
   * rows of its tokens alone, which `<expert>.tokens` names; a rewrite there sees no rows and no ancestors.
   * One that the model does not have is an error when its graph is laid.
   */
  activation(site: string): EditableActivation;
  /** The module of one of `layerMatrices`, its name without `.weight`. Throws when the model has no such module. */
  linear(module: string): EditableLinear;
  /** A number that every run is fed with: changing it rebuilds nothing. Throws when the name is taken. */
  parameter(name: string, initial: number): Parameter;
  /**
   * Every request becomes a row of its own, which shares nothing and holds no padding: for edits whose result for one
   * token depends on the whole sequence, such as a scale over all of its tokens.
   */
  isolateSequences(): void;
  /** Where the edit takes place; absent where nothing is known of it. */
  readonly context?: EditContext;
  /**
   * Says what whoever reads the numbers has to know of this edit, such as a setting that turns out to have no effect; it may
   * be called from inside `map`. That an intervention leaves everything as it is is noticed without it.
   */
  remark(text: string): void;
}

/** What an edit is made of, and behind what. */
export interface EditContext {
  /** sha256 of the model's contents, as rows record it: files are read where it is not known. */
  contentHash(): Promise<string>;
  /** The interventions before, in their order. */
  readonly before: readonly AppliedIntervention[];
}

/** Something that has to be known of an intervention. */
export interface InterventionRemark {
  /** Its place in the chain, from 0. */
  readonly intervention: number;
  readonly text: string;
}

/** A run-time number of the graph. */
export interface Parameter {
  readonly name: string;
  readonly initial: number;
}

/** A tensor of the checkpoint; the edits of one tensor are carried out in the order in which they were asked for. */
export interface EditableWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Throws when the coordinates lie outside the matrix, as every verb with coordinates does. */
  check(row: number, column: number): void;
  set(row: number, column: number, value: number): void;
  /** A parameter as factor makes it a run-time input; the weight must belong to a module of `layerMatrices` then. */
  scale(row: number, column: number, factor: number | Parameter): void;
  /** A change of the whole tensor: `transform` gets a float32 copy, row-major, and changes it in place. */
  map(transform: (values: Float32Array, shape: readonly number[]) => void): void;
  /** One row as the checkpoint has it, without any edit. */
  original(row: number): Promise<Float32Array>;
  /** A copy of the whole tensor as the edits so far leave it, run-time factors left out: row-major. */
  values(): Promise<Float32Array>;
  /** Whether any edit so far touches the row. */
  isEdited(row: number): boolean;
}

export interface EditableActivation {
  readonly site: string;
  /** Changes the activation, [tokens, width], inside the graph. Rewrites of one site run in order. */
  rewrite(build: (context: RewriteContext) => RewriteResult): void;
  /** Adds the activation, or what `statistic` makes of it, to the outputs of every batch. */
  read(statistic?: Statistic): void;
}

/** Reduces an activation inside the graph: from float32 [tokens, width] to any float32 value. */
export type Statistic = (graph: Graph, activation: Value) => Value;

/** What a product does in its layer. */
export type LinearRole =
  | 'query'
  | 'key'
  | 'value'
  | 'query-key-value'
  | 'attention-output'
  | 'router'
  | 'mlp-input'
  | 'mlp-output';

export interface LinearFacts {
  readonly role: LinearRole;
  /**
   * The norm that the product's input comes from, where that norm has a weight and its output goes into products and
   * nowhere else: what is divided out of the norm can be multiplied into their matrices.
   */
  readonly norm?: string;
  /** Whether that norm has a bias behind its weight, of which the same must be divided out. */
  readonly normBias?: true;
  /** Of a product that gives queries, keys and values in one: the sites of the three, taken apart and not yet rotated. */
  readonly operands?: readonly [query: string, key: string, value: string];
}

/** A product y = x · Wᵀ (+ bias) of a decoder layer. */
export interface EditableLinear extends LinearFacts {
  readonly module: string;
  /** [out, in]. */
  readonly shape: readonly [number, number];
  /**
   * Executes the product otherwise, on the matrix that the weight edits asked for so far leave. A second execution of
   * one module and a weight edit that comes after it are errors that say so.
   */
  execute(execution: ProductExecution): void;
}

/** Another arithmetic for a product with a weight. */
export interface ProductExecution {
  /** Recorded in result rows as the run's execution, for example `int8`. */
  readonly name: string;
  /**
   * Everything that the encoded tensors depend on besides the matrix as the interventions before leave it: part of the
   * key under which they are kept. What the executing intervention itself does to the matrix must be told here.
   */
  readonly encoding: Json;
  /** Makes the tensors that the product needs from the matrix, float32 [out, in], row-major. Kept in files and mapped. */
  encode(matrix: Float32Array, shape: readonly [number, number]): readonly EncodedTensor[];
  /** Lays the product: float32 [tokens, out]. */
  lay(context: ExecutionContext): Value;
}

export interface EncodedTensor {
  readonly name: string;
  readonly type: 'int8' | 'uint8' | 'int32' | 'float32';
  readonly shape: readonly number[];
  readonly data: Int8Array | Uint8Array | Int32Array | Float32Array;
}

export interface ExecutionContext {
  readonly graph: Graph;
  /** float32 [tokens, in]; already rewritten by what rewrites the module's input site. */
  readonly x: Value;
  /** The encoded tensors by name. */
  readonly encoded: ReadonlyMap<string, Value>;
  /** float32 [out]; absent where the module has none. */
  readonly bias?: Value;
  /**
   * int64 [2] = [rows, rowLength], to fold the flat token axis. Only for interventions that isolate sequences: elsewhere
   * x may lack the tokens that nobody scores.
   */
  readonly rowShape: Value;
  /** Prefix for names, unique in the graph. */
  readonly name: string;
  /**
   * What products with the same input share (q, k and v; gate and up): calls `lay` once for one `x` and one `key`, and
   * gives the same values again after that.
   */
  readonly shared: (key: string, lay: () => readonly Value[]) => readonly Value[];
}

export interface RewriteContext {
  readonly graph: Graph;
  /** The activation as it is so far: float32 [tokens, width]. */
  readonly value: Value;
  /** The input of the same module, float32 [tokens, width of the input]. */
  readonly input: Value;
  /** The bias that the module adds, float32 [width]; absent where it has none. */
  readonly bias?: Value;
  /**
   * Who sees whom: bool [rows, rowLength, rowLength], true where token j is token i or one of its ancestors. A rewrite that
   * uses it, or rowShape, or marks tokens as unresolved, looks across whole requests: by that it says that none of their
   * tokens can be left out, so no prefix is kept for other questions, and when text is written no token.
   */
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
