/**
 * How far the next-token distributions of a changed model lie from those of the model it was made of, on the same tokens.
 * Two perplexities differ by noise that both share; these figures are of the difference itself.
 *
 *     klDivergence     mean over tokens of Σ p_reference · (ln p_reference − ln p)
 *     sameTop          share of tokens after which both find the same token the most probable
 *     deltaP           mean of p − p_reference of the token that follows
 *     deltaPRms        √ of the mean of (p − p_reference)²
 *     perplexityRatio  exp of the mean of ln p_reference − ln p of the token that follows
 *
 * Source: ggml-org/llama.cpp, tools/perplexity (`--kl-divergence`), whose table prints Δp in percent. Its error of the
 * ratio, √(σ² + σ_reference² − 2 cov), is that of the mean of the paired differences, which is computed here. Tokens count
 * as independent of each other, as there. Deviation: it writes an error of 0 for ten tokens or fewer, here it is null for one.
 */
import { internalError } from '@linchpin/errors';
import { accuracy, type Estimate } from './accuracy.ts';
import { RunningMean } from './running-mean.ts';

/** What two models say about one token. Log-probabilities are of the token that follows, in nats. */
export interface PairedToken {
  readonly klDivergence: number;
  readonly isSameTop: boolean;
  readonly logProbability: number;
  readonly referenceLogProbability: number;
}

export interface PairedComparison {
  readonly tokens: number;
  readonly klDivergence: Estimate;
  readonly sameTop: Estimate;
  readonly deltaP: Estimate;
  readonly deltaPRms: Estimate;
  readonly perplexityRatio: Estimate;
}

/** Adds tokens up one by one; nothing of them is kept. */
export class PairedTally {
  readonly #klDivergence = new RunningMean();
  readonly #deltaP = new RunningMean();
  readonly #squaredDeltaP = new RunningMean();
  readonly #logRatio = new RunningMean();
  #sameTop = 0;

  add({ klDivergence, isSameTop, logProbability, referenceLogProbability }: PairedToken): void {
    const deltaP = Math.exp(logProbability) - Math.exp(referenceLogProbability);
    this.#klDivergence.add(klDivergence);
    this.#deltaP.add(deltaP);
    this.#squaredDeltaP.add(deltaP ** 2);
    this.#logRatio.add(referenceLogProbability - logProbability);
    if (isSameTop) this.#sameTop++;
  }

  /** The figures of the tokens so far, of which there is at least one. */
  finish(): PairedComparison {
    const tokens = this.#klDivergence.count;
    if (tokens === 0) throw internalError('a comparison of no tokens');
    return {
      tokens,
      klDivergence: this.#klDivergence.estimate(),
      sameTop: accuracy(this.#sameTop, tokens),
      deltaP: this.#deltaP.estimate(),
      deltaPRms: throughSlope(this.#squaredDeltaP.estimate(), Math.sqrt, (root) => (root === 0 ? 0 : 0.5 / root)),
      perplexityRatio: throughSlope(this.#logRatio.estimate(), Math.exp, (ratio) => ratio),
    };
  }
}

/** The delta method: `slope` is the derivative of the function, in terms of its value. */
function throughSlope(
  { value, standardError }: Estimate,
  apply: (value: number) => number,
  slope: (result: number) => number,
): Estimate {
  const result = apply(value);
  return { value: result, standardError: standardError === null ? null : slope(result) * standardError };
}
