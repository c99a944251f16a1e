import type { CachedTensor } from './cached-tensor.ts';
import type { LaidFacts } from './decoder-graph.ts';

/**
 * A model laid to write text. A run takes rows of tokens, the next ones of sequences that are being written, and gives the
 * logits after those of them that are asked for. Sequences of one row share what they have in common: a token sees the keys
 * that it is told to see. What `models` lays and `runtime` opens.
 */
export interface StepGraph extends LaidFacts {
  /**
   * Keys and values that every run takes from the one before and gives to the next, grown by its tokens. Absent where an
   * edit looks at the whole sequence: then every run takes one sequence from its beginning, a row without another.
   */
  readonly cache?: readonly CachedTensor[];
}

/** Names under which the tokens of a step are fed: `rows` rows of `row_length` tokens, one row behind the other. */
export const stepInputs = {
  tokenIds: 'token_ids', // int32 [tokens]
  positions: 'positions', // int64 [tokens, 1]
  /** Whom each token sees, itself among them: bool [rows, row_length, keys]. The last `row_length` keys are the tokens. */
  visible: 'visible',
  keyPositions: 'key_positions', // int64 [rows, keys]
  scoredTokens: 'scored_tokens', // int32 [scored]: those whose next token is asked for
} as const;

export const stepOutputs = {
  logits: 'logits', // float32 [scored, vocabulary]
} as const;
