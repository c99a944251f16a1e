/** A model that continues sequences. The runtime implements it with onnxruntime; tests with a toy. */
export interface StepModel {
  /** Most tokens that one sequence may be fed. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** A sequence without tokens. Sequences of one model do not see each other. */
  begin(): TokenSequence;
  /** Frees whatever was opened for the model; may be called again. */
  release(): Promise<void>;
}

/** A sequence that grows. */
export interface TokenSequence {
  /** Tokens fed so far. */
  readonly length: number;
  /** Adds tokens, at least one; gives the logits of the token that follows, float32 [vocabulary]. */
  feed(ids: readonly number[]): Promise<Float32Array>;
}

/** A model that continues several sequences in one run. */
export interface BranchingModel extends StepModel {
  /** One sequence without tokens, which may branch. */
  beginBranches(): TokenBranches;
  /**
   * Lets several grow at once. Gives for each of them, and for each of its new branches, the logits of the token that
   * follows: float32 [vocabulary]. What they give together and alone is equal but for rounding.
   */
  grow(growths: readonly Growth[]): Promise<readonly (readonly Float32Array[])[]>;
}

/** Sequences of equal length that begin alike: what they share is computed and kept once. Only `grow` changes them. */
export interface TokenBranches {
  /** Tokens of each branch. */
  readonly length: number;
  /** How many branches there are. */
  readonly count: number;
}

export interface Growth {
  readonly branches: TokenBranches;
  /**
   * What the branches are afterwards, in this order: each continues one of those before. Several may continue the same
   * one; one that nobody continues ends. All grow by equally many tokens, at least one.
   */
  readonly next: readonly { readonly from: number; readonly ids: readonly number[] }[];
}
