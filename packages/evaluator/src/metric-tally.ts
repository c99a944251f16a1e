import { internalError } from '@linchpin/errors';
import { accuracy, bootstrapPerplexityError, mean, perplexity, sampleDeviation } from '@linchpin/metrics';
import type { MetricName, TokenScore } from '@linchpin/plugin-api';
import type { Answer } from './score-question.ts';

/** lm-evaluation-harness's default. */
const defaultReplicates = 100_000;

/** Standard error of a perplexity from log-likelihoods; null where there is nothing to vary. */
export type Bootstrap = (logLikelihoods: ArrayLike<number>, replicates: number) => number | null;

export interface ErrorOptions {
  readonly replicates?: number | undefined;
  readonly bootstrap?: Bootstrap | undefined;
}

export interface MetricValue {
  readonly metric: MetricName;
  readonly value: number;
  readonly standardError: number | null;
  /** Right answers; null for metrics that count nothing. */
  readonly correct: number | null;
}

/** What the metrics of a task need of its items. */
export class MetricTally {
  items = 0;
  #correct = 0;
  #correctByLength: number | undefined;
  /** Of items that count for a share. */
  readonly #shares: number[] = [];
  /** Log-likelihoods of items that have one request: LAMBADA's last words. */
  readonly #logLikelihoods: number[] = [];
  /** Of whole texts. */
  readonly #whole = { nll: 0, words: 0, bytes: 0 };

  add(answer: Answer, scores: readonly TokenScore[]): void {
    this.items++;
    if (answer.isCorrect) this.#correct++;
    if (answer.isCorrectByLength !== undefined)
      this.#correctByLength = (this.#correctByLength ?? 0) + (answer.isCorrectByLength ? 1 : 0);
    if (answer.share !== undefined) this.#shares.push(answer.share);
    if (answer.size !== undefined) {
      this.#whole.nll -= scores.reduce((sum, { logLikelihood }) => sum + logLikelihood, 0);
      this.#whole.words += answer.size.words;
      this.#whole.bytes += answer.size.bytes;
    } else if (scores.length === 1) this.#logLikelihoods.push(scores[0]!.logLikelihood);
  }

  metric(metric: MetricName, options: ErrorOptions): MetricValue {
    const { replicates = defaultReplicates, bootstrap = bootstrapPerplexityError } = options;
    switch (metric) {
      case 'acc':
        if (this.#shares.length > 0) return { metric, ...meanOf(this.#shares), correct: null };
        return { metric, ...accuracy(this.#correct, this.items), correct: this.#correct };
      case 'acc_norm': {
        if (this.#correctByLength === undefined) throw internalError('acc_norm needs choices');
        return { metric, ...accuracy(this.#correctByLength, this.items), correct: this.#correctByLength };
      }
      case 'perplexity': {
        const standardError = bootstrap(this.#logLikelihoods, replicates);
        return { metric, value: perplexity(this.#logLikelihoods), standardError, correct: null };
      }
      // lm-evaluation-harness gives these three no standard error.
      case 'word_perplexity':
        return { ...ofWhole, metric, value: Math.exp(this.#whole.nll / this.#whole.words) };
      case 'byte_perplexity':
        return { ...ofWhole, metric, value: Math.exp(this.#whole.nll / this.#whole.bytes) };
      case 'bits_per_byte':
        return { ...ofWhole, metric, value: this.#whole.nll / this.#whole.bytes / Math.LN2 };
      case 'exact_match':
      case 'exact_match_strict':
      case 'exact_match_flexible':
        throw internalError(`${metric} needs answers that are written`);
    }
  }
}

const ofWhole = { standardError: null, correct: null } as const;

function meanOf(values: readonly number[]): Pick<MetricValue, 'value' | 'standardError'> {
  const deviation = sampleDeviation(values);
  return { value: mean(values), standardError: deviation === null ? null : deviation / Math.sqrt(values.length) };
}
