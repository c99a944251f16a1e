import type { BatchPrefix } from './batch-prefix.ts';
import type { Parameter } from './intervention.ts';

/**
 * Rows of whole prefix trees, the unit of work of an executor. Token t of row r has the flat index
 * `r * rowLength + t`. A row holds trees one after the other, each in depth-first order, so that the ancestors of token
 * i are exactly the tokens j ≤ i with `i < subtreeEnds[j]`: one integer a token says who sees whom.
 */
export interface PackedBatch {
  readonly rows: number;
  readonly rowLength: number;
  readonly tokenIds: Int32Array; // [rows × rowLength]
  /** Depth in the tree: the position that the token has in its own request. */
  readonly positions: Int32Array; // [rows × rowLength]
  /** Index in the row, one past the last descendant. A token of padding is a tree of its own. */
  readonly subtreeEnds: Int32Array; // [rows × rowLength]
  /** Flat indices of the tokens whose next-token distribution is read, ascending. */
  readonly scoredTokens: Int32Array; // [scored]
  /** For every probability asked for: which scored token, and the id that follows it. */
  readonly targetRows: Int32Array; // [targets], indices into scoredTokens
  readonly targetIds: Int32Array; // [targets]
  /**
   * Path that every tree of the batch follows: positions go on behind it, and every token sees all of it. A batch with a
   * prefix is a single row. Only for executors that share prefixes.
   */
  readonly prefix?: BatchPrefix;
}

export interface BatchOutput {
  /** ln p(targetIds[i] | path to its scored token), in nats. */
  readonly logProbabilities: Float32Array; // [targets]
  /** Arg-max of each scored token's distribution. */
  readonly greedyIds: Int32Array; // [scored]
  /**
   * Set where an edit could not decide for a shared token because its requests disagree: 1 at the tokens for which a
   * request that ends there must be run again with nothing shared.
   */
  readonly unresolved?: Uint8Array; // [rows × rowLength]
  /** Activations that were asked for by site name, each [rows × rowLength × width]. */
  readonly activations: ReadonlyMap<string, Float32Array>;
}

/** Runs packed batches. The runtime implements it with onnxruntime; tests with a toy. */
export interface Executor {
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** Whether every request must be a row of its own; rows of one batch are equally long then, and nothing is padded. */
  readonly isolatesSequences?: boolean;
  /** Told before the batches of questions that are packed together: what one of them leaves open may be asked again in others. */
  beginWindow?(): void;
  /**
   * Whether batches may have a prefix. The keys and values of the last one are kept, and computed again from the first part
   * on that differs.
   */
  readonly sharesPrefixes?: boolean;
  /** About how many tokens of batches are best asked for at once, for they are run together; one batch after the other when absent. */
  readonly tokensAtOnce?: number;
  run(batch: PackedBatch): Promise<BatchOutput>;
  /** Frees whatever was opened for the executor; may be called again. */
  release(): Promise<void>;
}

/** An executor whose graph has run-time numbers. Every run is fed with the latest values; at first the initial ones. */
export interface ParameterExecutor extends Executor {
  readonly parameters: readonly Parameter[];
  /** Throws where the graph has no parameter of the name. */
  setParameter(name: string, value: number): void;
}

/** Runs a batch at several values of one run-time number; what does not depend on the number is computed once. */
export interface SweepExecutor extends Omit<Executor, 'run'> {
  /** One a point. */
  readonly values: readonly number[];
  /** One output a point, in the order of `values`. */
  run(batch: PackedBatch): Promise<readonly BatchOutput[]>;
}
