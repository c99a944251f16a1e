/** A model that continues sequences. The runtime implements it with onnxruntime; tests with a toy. */
export interface StepModel {
  /** Most tokens that one sequence may be fed. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** A sequence without tokens. Sequences of one model do not see each other. */
  begin(): TokenSequence;
  release(): Promise<void>;
}

/** A sequence that grows. */
export interface TokenSequence {
  /** Tokens fed so far. */
  readonly length: number;
  /** Adds tokens, at least one; gives the logits of the token that follows, float32 [vocabulary]. */
  feed(ids: readonly number[]): Promise<Float32Array>;
}
