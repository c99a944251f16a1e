/**
 * Perplexity: the exponential of the mean negative log-likelihood of n units.
 *
 *     value = exp(−(1/n) · Σ ln p_i)
 *
 * What a unit is decides what the number means. In LAMBADA it is the last word, however many tokens it has
 * (lm-evaluation-harness's `perplexity`): not comparable with perplexities per token, such as those of the GPTQ
 * protocol, nor with lm-evaluation-harness's `word_perplexity`, whose numerator covers a whole document.
 *
 * The standard error here is the analytic one, by the delta method: the slope of exp times the standard error of the mean.
 *
 *     standardError ≈ value · sd(ln p) / √n        sd with n − 1
 *
 * It is the limit of the bootstrap (bootstrap-perplexity-error.ts) while sd/√n is well below 1; for a model that has
 * collapsed, whose log-likelihoods spread over tens of nats, the two can differ by any factor.
 */
import { internalError } from '@linchpin/errors';
import { mean, sampleDeviation } from './sample-deviation.ts';

/** Perplexity of log-likelihoods in nats; Infinity where it exceeds float64. */
export function perplexity(logLikelihoods: ArrayLike<number>): number {
  if (logLikelihoods.length === 0) throw internalError('a perplexity of nothing');
  return Math.exp(-mean(logLikelihoods));
}

/** Analytic standard error of the perplexity; null for fewer than two log-likelihoods. */
export function analyticPerplexityError(logLikelihoods: ArrayLike<number>): number | null {
  const deviation = sampleDeviation(logLikelihoods);
  if (deviation === null) return null;
  return (perplexity(logLikelihoods) * deviation) / Math.sqrt(logLikelihoods.length);
}
