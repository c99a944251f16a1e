import type { LanguageModel, RequestResult, TokenRequest } from '@linchpin/plugin-api';

/** A model that knows only the token before; `seen` are the requests that it was asked, in order. */
export interface BigramModel extends LanguageModel {
  readonly seen: TokenRequest[];
}

/** `logProbability(previous, next)` is rounded to float32, as a real model's output is. */
export function bigramModel(
  logProbability: (previous: number, next: number) => number,
  contextLength = 1024,
): BigramModel {
  const seen: TokenRequest[] = [];
  const score = (request: TokenRequest): RequestResult => {
    seen.push(request);
    if (request.continuation.length > contextLength) return { unscorable: 'continuation-too-long' };
    const previous = [request.context.at(-1) ?? 0, ...request.continuation];
    const tokenLogProbabilities = Float32Array.from(request.continuation, (id, index) =>
      logProbability(previous[index] ?? 0, id),
    );
    const logLikelihood = tokenLogProbabilities.reduce((sum, value) => sum + value, 0);
    return { score: { logLikelihood, isGreedy: false, tokenLogProbabilities } };
  };
  return {
    contextLength,
    vocabularySize: 0x110000,
    cost: {
      requests: 0,
      tokensAsked: 0,
      tokensComputed: 0,
      prefixTokens: 0,
      paddingTokens: 0,
      logitRowsAsked: 0,
      logitRowsComputed: 0,
      requestsRescored: 0,
      batches: 0,
    },
    seen,
    async *score(groups) {
      for await (const group of groups) yield group.map(score);
    },
  };
}
