import type { DecoderGraph } from './decoder-graph.ts';

/**
 * A model laid to write text: one sequence, of which every run takes the next tokens and gives the logits after the
 * last one. What `models` lays and `runtime` opens.
 */
export interface StepGraph extends Pick<
  DecoderGraph,
  | 'graph'
  | 'weightFolder'
  | 'contextLength'
  | 'vocabularySize'
  | 'halfPrecisionElements'
  | 'changedWeights'
  | 'parameters'
  | 'execution'
> {
  /**
   * Keys and values that every run takes from the one before and gives to the next, grown by its tokens. Absent where an
   * edit looks at the whole sequence: then every run takes the sequence from its beginning.
   */
  readonly cache?: readonly CachedTensor[];
}

/** The keys or the values of one attention call: float32 [tokens, width]. */
export interface CachedTensor {
  /** Name of the input that takes those of the tokens before. */
  readonly past: string;
  /** Name of the output that gives those of all tokens. */
  readonly present: string;
  readonly width: number;
}

/** Names under which the tokens of a step are fed. */
export const stepInputs = {
  tokenIds: 'token_ids', // int32 [tokens]
  positions: 'positions', // int64 [tokens, 1], ascending by 1
} as const;

export const stepOutputs = {
  logits: 'logits', // float32 [1, vocabulary]
} as const;
