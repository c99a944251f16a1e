import type { InferenceSession } from 'onnxruntime-node';

/** The tokens of one run of a step graph, as `stepInputs` has them. */
export interface StepTokens {
  readonly rows: number;
  readonly rowLength: number;
  /** Keys of a row, those of the run's own tokens among them. */
  readonly keys: number;
  readonly tokenIds: Int32Array;
  readonly positions: Int32Array;
  /** 1 where a token sees a key. */
  readonly visible: Uint8Array;
  readonly keyPositions: Int32Array;
  readonly scoredTokens: Int32Array;
}

/** Runs a step graph on tokens and what is kept of those before. */
export type StepRun = (
  tokens: StepTokens,
  past: InferenceSession.FeedsType,
) => Promise<InferenceSession.OnnxValueMapType>;

/** The logits of a run, a token after the other, as arrays of their own: float32 [vocabulary] each. */
export type LogitsOf = (outputs: InferenceSession.OnnxValueMapType) => Float32Array[];
