/**
 * Perplexity over windows: exp of the mean over windows of the mean negative log-likelihood of a window's tokens after
 * its first (IST-DASLab/gptq `llama.py`, whose factor of the window's length cancels). Every window is scored by
 * itself, from position 0. Reference programs sum in float32 or float16; here the float32 log-probabilities are summed
 * in float64.
 */
import { internalError } from '@linchpin/errors';
import { mean, sampleDeviation } from '@linchpin/metrics';
import type { LanguageModel, RequestResult, SweepModel, TokenRequest } from '@linchpin/plugin-api';
import { IdsDigest } from './digests.ts';
import { nonFiniteScore, unscorableWindow } from './errors.ts';
import type { LeftOut, WindowedText } from './windowed-text.ts';

export interface PerplexityOptions {
  /** Score only so many windows from the beginning. */
  readonly limit?: number;
  /** Called for every window with its ids, in order, as soon as it is scored. */
  readonly onWindow?: (score: WindowScore, ids: Int32Array) => void;
}

export interface WindowScore {
  /** From 0. */
  readonly window: number;
  /** Negative log-likelihood in nats: sum and mean over the window's predictions. */
  readonly nllSum: number;
  readonly nll: number;
}

/** A perplexity with all that is needed to judge it or to make it again. */
export interface PerplexityResult extends Omit<WindowedText, 'windows' | 'windowCount'> {
  readonly perplexity: number;
  /** By the delta method: `perplexity · nllStandardError`. Null with fewer than two windows. */
  readonly perplexityStandardError: number | null;
  /** Mean over windows of their mean negative log-likelihood, in nats. */
  readonly nll: number;
  /** Sample standard deviation (n − 1) of the windows' means over √n. Null with fewer than two windows. */
  readonly nllStandardError: number | null;
  readonly windows: readonly WindowScore[];
  /** Ids in the windows, and how many of them were predicted: all but the first of each window. */
  readonly tokens: number;
  readonly predictions: number;
  /** Null where `limit` ended the reading. */
  readonly leftOut: LeftOut | null;
  /** sha256 of the ids of all windows in order, in decimal and joined by commas. */
  readonly idsSha256: string;
}

/** Windows are read as the model asks for them; what is kept is three numbers a window. */
export async function perplexityOf(
  model: LanguageModel,
  text: WindowedText,
  options: PerplexityOptions = {},
): Promise<PerplexityResult> {
  const reader = new WindowReader(text, options.limit ?? Infinity);
  const scores = new WindowScores(text);
  for await (const results of model.score(reader.requests())) {
    const score = scores.add(results);
    const ids = reader.next();
    options.onWindow?.(score, ids);
  }
  return scores.finish(reader);
}

/** The same at every point of a sweep; `onWindow` is called once a window, with its score at the first point. */
export async function sweepPerplexity(
  model: SweepModel,
  text: WindowedText,
  options: PerplexityOptions = {},
): Promise<PerplexityResult[]> {
  const reader = new WindowReader(text, options.limit ?? Infinity);
  const points = model.values.map(() => new WindowScores(text));
  for await (const results of model.score(reader.requests())) {
    const [first] = points.map((scores, point) => scores.add(results[point]!));
    const ids = reader.next();
    options.onWindow?.(first!, ids);
  }
  return points.map((scores) => scores.finish(reader));
}

/** The scores of the windows of one text. */
class WindowScores {
  readonly #text: WindowedText;
  readonly #windows: WindowScore[] = [];

  constructor(text: WindowedText) {
    this.#text = text;
  }

  add([result]: readonly RequestResult[]): WindowScore {
    const score = windowScore(this.#windows.length, result, this.#text.window - 1);
    this.#windows.push(score);
    return score;
  }

  /** The perplexity of everything that the reader has read. */
  finish(reader: WindowReader): PerplexityResult {
    const text = this.#text;
    const windows = this.#windows;
    if (windows.length !== reader.read) throw internalError(`${reader.read} windows gave ${windows.length} results`);
    if (windows.length === 0) throw internalError('a perplexity of no windows');
    const means = windows.map((window) => window.nll);
    const nll = mean(means);
    const deviation = sampleDeviation(means);
    const nllStandardError = deviation === null ? null : deviation / Math.sqrt(means.length);
    const perplexity = Math.exp(nll);
    return {
      protocol: text.protocol,
      requestedWindow: text.requestedWindow,
      window: text.window,
      bos: text.bos,
      bosId: text.bosId,
      seed: text.seed,
      textSha256: text.textSha256,
      perplexity,
      perplexityStandardError: nllStandardError === null ? null : perplexity * nllStandardError,
      nll,
      nllStandardError,
      windows,
      tokens: windows.length * text.window,
      predictions: windows.length * (text.window - 1),
      leftOut: reader.leftOut,
      idsSha256: reader.digest(),
    };
  }
}

/** Turns windows into requests and remembers what went by. */
class WindowReader {
  /** Windows read so far. */
  read: number = 0;
  /** Known once all windows have been read. */
  leftOut: LeftOut | null = null;
  readonly #text: WindowedText;
  readonly #limit: number;
  readonly #digest: IdsDigest = new IdsDigest();
  /** Windows whose results are still to come. */
  readonly #waiting: Int32Array[] = [];
  #finished: string | undefined;

  constructor(text: WindowedText, limit: number) {
    this.#text = text;
    this.#limit = limit;
  }

  *requests(): Generator<readonly TokenRequest[], void, void> {
    const source = this.#text.windows();
    while (this.read < this.#limit) {
      const step = source.next();
      if (step.done === true) {
        this.leftOut = step.value;
        return;
      }
      this.read++;
      this.#digest.add(step.value);
      this.#waiting.push(step.value);
      yield [{ context: step.value.subarray(0, 1), continuation: step.value.subarray(1) }];
    }
  }

  /** The window that the next results belong to. */
  next(): Int32Array {
    const window = this.#waiting.shift();
    if (window === undefined) throw internalError('results without their window');
    return window;
  }

  /** Of everything read; every point of a sweep asks for it. */
  digest(): string {
    return (this.#finished ??= this.#digest.finish());
  }
}

function windowScore(window: number, result: RequestResult | undefined, predictions: number): WindowScore {
  if (result === undefined) throw internalError(`window ${window} has no result`);
  if ('unscorable' in result) throw unscorableWindow(window, result.unscorable);
  const { tokenLogProbabilities } = result.score;
  if (tokenLogProbabilities.length !== predictions) {
    throw internalError(`window ${window} has ${tokenLogProbabilities.length} predictions instead of ${predictions}`);
  }
  let sum = 0;
  tokenLogProbabilities.forEach((value, index) => {
    if (!Number.isFinite(value)) throw nonFiniteScore({ window, token: index + 1, value });
    sum += value;
  });
  return { window, nllSum: -sum, nll: -sum / predictions };
}
