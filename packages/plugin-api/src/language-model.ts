/**
 * One continuation to be scored after a context, as token ids. The ids that the model sees are the last
 * `contextLength + 1` of both together, without the final one (lm-evaluation-harness, `_loglikelihood_tokens`).
 */
export interface TokenRequest {
  readonly context: readonly number[] | Int32Array;
  readonly continuation: readonly number[] | Int32Array;
}

export interface TokenScore {
  /** Sum over the continuation of ln p(token | everything before it), in nats. */
  readonly logLikelihood: number;
  /** Whether every token of the continuation is the arg-max of its distribution. */
  readonly isGreedy: boolean;
  /** The summands, one a token of the continuation. */
  readonly tokenLogProbabilities: Float32Array;
}

/** Why a request has no score; it is counted and reported, never scored as zero. */
export type Unscorable = 'empty-context' | 'empty-continuation' | 'continuation-too-long';

export type RequestResult = { readonly score: TokenScore } | { readonly unscorable: Unscorable };

/** What the scoring of a run has cost so far. */
export interface ScoringCost {
  requests: number;
  /** Tokens that a harness would feed that runs every request by itself. */
  tokensAsked: number;
  /** Tokens that the model was run on, padding included. */
  tokensComputed: number;
  /** Those of them that were computed as prefixes of several trees. */
  prefixTokens: number;
  paddingTokens: number;
  /** Distributions over the vocabulary that were asked for, and that were computed. */
  logitRowsAsked: number;
  logitRowsComputed: number;
  /** Requests that were run a second time, alone (see PackedBatch.subtreeEnds and BatchOutput.unresolved). */
  requestsRescored: number;
  batches: number;
}

/** A model that gives log-likelihoods. Tasks and perplexity know nothing else about models. */
export interface LanguageModel {
  /** Most tokens that one request may feed. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly cost: Readonly<ScoringCost>;
  /**
   * Scores groups of requests; the requests of one group (the choices of a question) share what they have in common.
   * Results come in the order of the groups, while later groups are still being read: nothing is held for the whole.
   */
  score(
    groups: Iterable<readonly TokenRequest[]> | AsyncIterable<readonly TokenRequest[]>,
  ): AsyncIterable<readonly RequestResult[]>;
}

/** The same requests at several values of one run-time number of the model. */
export interface SweepModel extends Omit<LanguageModel, 'score'> {
  /** One a point. */
  readonly values: readonly number[];
  /** As a LanguageModel scores, with a list of results for every point, in the order of `values`. */
  score(
    groups: Iterable<readonly TokenRequest[]> | AsyncIterable<readonly TokenRequest[]>,
  ): AsyncIterable<readonly (readonly RequestResult[])[]>;
}

/** Text to token ids and back, exactly as the checkpoint's tokenizer.json says. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly bosId: number | undefined;
  readonly bosText: string | undefined;
  readonly eosId: number | undefined;
  /** Whether the tokenizer itself puts a BOS in front (its post-processor does). */
  readonly addsBos: boolean;
  /** Ids without special tokens added; special tokens written in the text are still recognised. */
  encode(text: string): number[];
  /** Ids with whatever the tokenizer's own post-processor adds. */
  encodeWithSpecialTokens(text: string): number[];
  decode(ids: readonly number[], options?: { readonly skipSpecialTokens?: boolean }): string;
}

/** Whether a BOS begins every request: lm-evaluation-harness before 0.4.9.2 said never, since then the tokenizer decides. */
export type BosRule = 'never' | 'always' | 'tokenizer';
