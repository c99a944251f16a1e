import type { Graph, Value } from '@linchpin/onnx';
import type { LinearFacts } from './intervention.ts';

/** What every family must be able to say about a checkpoint, whatever its config keys are called. */
export interface DecoderConfig {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
}

export interface ExpectedTensor {
  readonly name: string;
  /** As the file has it. */
  readonly shape: readonly number[];
  /** Set for a matrix that is stored [in, out]: to interventions and products it is [out, in] like every other. */
  readonly transposed?: true;
}

/** An architecture of decoder-only models: one file of the models package. */
export interface ModelFamily<Config extends DecoderConfig = DecoderConfig> {
  /** Values of `model_type` in config.json. */
  readonly modelTypes: readonly string[];
  /**
   * What the names of all tensors but the output head's begin with, where the family has them under no other; checkpoints
   * without it, saved from the part that holds them, are read as if they had it.
   */
  readonly prefix?: string;
  /** Checks config.json; throws an error that names the field. `stored` are the names of the checkpoint's tensors. */
  readConfig(config: Readonly<Record<string, unknown>>, file: string, stored: ReadonlySet<string>): Config;
  /** Every tensor that the graph uses, in the file's names. */
  tensors(config: Config): readonly ExpectedTensor[];
  /** Whether a tensor that the graph does not use is a known leftover, about which nothing need be said. */
  isLeftover(name: string): boolean;
  /** Weight matrices of the decoder layers, in layer order. */
  layerMatrices(config: Config): readonly string[];
  /** What the module of one of `layerMatrices` does. */
  linearFacts(config: Config, module: string): LinearFacts;
  /** The weight matrices that write the MLP's output of one layer: one, or in a mixture of experts one an expert. */
  mlpOutputs(config: Config, layer: number): readonly string[];
  /** The module of one layer; its `.output` is the site of the residual stream behind it. */
  layerModule(config: Config, layer: number): string;
  /** Lays the decoder: from token ids to logits, float32 [scored tokens, vocabulary]. */
  build(config: Config, decoder: DecoderBuilder): Value;
}

/** The parts of which families are made. Activations are float32 [tokens, width] unless a line says otherwise. */
export interface DecoderBuilder {
  readonly graph: Graph;
  /** Embedding rows of the batch's tokens. */
  embed(weight: string): Value;
  /** y = x · Wᵀ (+ bias); W is `<module>.weight`, [out, in]. The one place where a matrix product is executed. */
  linear(module: string, x: Value, options?: { readonly bias?: boolean }): Value;
  /** Rows of a table of positions, for the position of every token plus `offset`. */
  embedPositions(weight: string, options?: { readonly offset?: number }): Value;
  /** RMS norm in float32: x / sqrt(mean(x²) + epsilon) · weight. */
  rmsNorm(module: string, x: Value, options: RmsNormOptions): Value;
  /** Layer norm in float32: (x − mean(x)) / sqrt(variance(x) + epsilon) · weight + bias. */
  layerNorm(module: string, x: Value, options: LayerNormOptions): Value;
  /** Rotary position embedding over the first `2 · inverseFrequencies.length` of each head's `headSize` channels (rotate-half form). */
  rotary(x: Value, options: RotaryOptions): Value;
  /** Causal attention along the batch's trees. */
  attention(query: Value, key: Value, value: Value, options: AttentionOptions): Value;
  /** Names an activation, so that interventions can rewrite or read it; returns what goes on from there. */
  site(name: string, value: Value): Value;
  /**
   * The residual stream between the attention and the MLP of a layer, where all that follows in the layer depends on it alone and no norm
   * lies between the attention's projection and it: a training that computes activations again may begin anew there, and spares
   * the projection.
   */
  halfway(layer: string, x: Value): void;
  /**
   * Drops the tokens that nobody scores, where the rest of the graph treats every token by itself: behind the last
   * attention. Leaves them in when an intervention looks at a site behind this point.
   */
  keepScored(values: readonly Value[]): Value[];
  /**
   * Lays a part of the model that sees only some tokens, an expert of a mixture: `lay` gets their rows of x and gives one
   * row for each. Sites inside it have these rows alone, and `<module>.tokens`, float32 [rows], says which they are.
   */
  forTokens(module: string, x: Value, part: TokenPart): Value;
  /**
   * Whether such parts, of modules below this one, are laid for the rows of their tokens: always where an intervention asks for
   * something in one, which must see no other rows. Where the device cannot pick them and false comes back, lay each part without
   * `tokens`, and leave out what it gives for tokens that are not its own.
   */
  picksTokens(module: string): boolean;
  /** Logits of the scored tokens: hidden states · Wᵀ, float32 [scored tokens, vocabulary]; with a cap cap · tanh(logit / cap). */
  head(weight: string, x: Value, options?: { readonly softCap?: number }): Value;
}

export interface TokenPart {
  /** Their indices, int64 [rows], ascending, maybe none; all tokens when absent. */
  readonly tokens?: Value;
  readonly lay: (x: Value) => Value;
}

export interface RmsNormOptions {
  readonly epsilon: number;
  /** Added to the stored weight (Gemma stores weights minus 1). */
  readonly weightOffset?: number;
  /** Normalises every so many channels by themselves, all with one weight of this size: the heads of a query or key. */
  readonly groupSize?: number;
}

export interface LayerNormOptions {
  readonly epsilon: number;
  /** What is stored; weight and bias when absent. */
  readonly parameters?: 'weight-and-bias' | 'weight' | 'none';
}

export interface RotaryOptions extends RotaryFrequencies {
  readonly heads: number;
  readonly headSize: number;
  /** Other frequencies for sequences of more than so many tokens, at all of their positions (LongRoPE). */
  readonly beyond?: RotaryFrequencies & { readonly tokens: number };
}

export interface RotaryFrequencies {
  /** Radians per position, float64. */
  readonly inverseFrequencies: Float64Array;
  /** Factor on cosines and sines (YaRN's attention factor); 1 when absent. */
  readonly scale?: number;
}

export interface AttentionOptions {
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Factor on the scores; 1 / sqrt(headSize) when absent. */
  readonly scale?: number;
  /** A token sees itself and the `window - 1` tokens before it; all of them when absent. */
  readonly window?: number;
  /** Scores become cap · tanh(score / cap) (Gemma 2). */
  readonly softCap?: number;
  /** ALiBi (arXiv 2108.12409): to the score of head h, slopes[h] · (key position − query position) is added. */
  readonly alibiSlopes?: readonly number[];
  /** To the score of head h for a key at position p, keyBiases[h][p] is added, whatever the query's position. */
  readonly keyBiases?: readonly Float32Array[];
  /**
   * The attention module: its probabilities are the site `<site>.attention_weights`, float32 [rows, keyValueHeads,
   * heads a key, rowLength, rowLength], of which the last axis sums to 1. No such site when absent.
   */
  readonly site?: string;
}
