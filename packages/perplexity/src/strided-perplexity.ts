/**
 * Perplexity by windows that overlap: each predicts the tokens that the windows before it have not, and sees as many before
 * them as fit (huggingface/transformers, docs/source/en/perplexity.md; `--ppl-stride` of ggml-org/llama.cpp). A stride of a
 * whole window makes disjoint ones, the last of which is short. Documents are scored by themselves: no window holds tokens of
 * two. Deviation from that page: it multiplies each window's mean loss by one prediction less than the window has, here every
 * prediction counts once.
 *
 *     perplexity = exp(Σ nll / predictions)
 *
 * The standard error is that of a ratio of two sums over windows (W. G. Cochran, Sampling Techniques, equation 2.46).
 */
import { internalError } from '@linchpin/errors';
import type { LanguageModel, TokenRequest } from '@linchpin/plugin-api';
import { documentsDigest, IdsDigest } from './digests.ts';
import { nonFiniteScore, nothingToPredict, strideOutOfRange, unscorableWindow } from './errors.ts';
import { layOutWindows, type WindowBos, type WindowLayout, type WindowOptions } from './window-layout.ts';

export interface StridedOptions extends WindowOptions {
  /** Tokens of text from the beginning of a window to that of the next; a whole window's when absent. */
  readonly stride?: number;
  /** Score only so many windows from the beginning. */
  readonly limit?: number;
  /** Called for every window, in order, as soon as it is scored. */
  readonly onWindow?: (score: StridedWindow, ids: Int32Array) => void;
  /** Called for every document, in order, once its last window is scored. */
  readonly onDocument?: (score: DocumentScore) => void;
}

export interface StridedWindow {
  /** From 0, over all documents. */
  readonly window: number;
  readonly document: number;
  readonly predictions: number;
  /** Sum over the window's predictions, in nats. */
  readonly nllSum: number;
}

export interface DocumentScore {
  /** From 0. */
  readonly document: number;
  /** Of the text, a BOS included. */
  readonly tokens: number;
  readonly predictions: number;
  readonly nllSum: number;
  readonly perplexity: number;
}

export interface StridedResult {
  readonly perplexity: number;
  /** By the delta method. Null with fewer than two windows. */
  readonly perplexityStandardError: number | null;
  readonly predictions: number;
  readonly windows: number;
  /** Documents that have nothing to predict, being of one token or none. */
  readonly skippedDocuments: number;
  readonly requestedWindow: number;
  readonly window: number;
  readonly stride: number;
  readonly bos: WindowBos;
  /** As those of `PerplexityResult`. */
  readonly textSha256: string;
  readonly idsSha256: string;
}

/** Documents are tokenised as the model asks for them. */
export async function stridedPerplexity(
  model: LanguageModel,
  documents: Iterable<string>,
  options: StridedOptions,
): Promise<StridedResult> {
  const layout = layOutWindows(options);
  const stride = strideOf(layout, options.stride);
  const reader = new StridedReader(documents, { layout, stride, limit: options.limit ?? Infinity });
  const tally = new StridedTally(options);
  for await (const [result] of model.score(reader.requests())) {
    const window = tally.windows.length;
    const placed = reader.next();
    if (result === undefined) throw internalError(`window ${window} has no result`);
    if ('unscorable' in result) throw unscorableWindow(window, result.unscorable);
    tally.add(placed, result.score.tokenLogProbabilities);
  }
  const { requestedWindow, window, bos } = layout;
  return {
    ...tally.finish(),
    skippedDocuments: reader.skipped,
    requestedWindow,
    window,
    stride,
    bos,
    textSha256: documentsDigest(documents),
    idsSha256: reader.digest.finish(),
  };
}

function strideOf({ content, window }: WindowLayout, stride: number = content): number {
  if (!Number.isInteger(stride) || stride < 1 || stride > content) throw strideOutOfRange(stride, { content, window });
  return stride;
}

/** A window that was handed to the model and has no result yet. */
interface PlacedWindow {
  readonly document: number;
  /** Of the whole document. */
  readonly tokens: number;
  readonly isLast: boolean;
  readonly ids: Int32Array;
}

interface Reading {
  readonly layout: WindowLayout;
  readonly stride: number;
  readonly limit: number;
}

class StridedReader {
  skipped: number = 0;
  readonly digest: IdsDigest = new IdsDigest();
  readonly #documents: Iterable<string>;
  readonly #reading: Reading;
  readonly #waiting: PlacedWindow[] = [];
  #read = 0;

  constructor(documents: Iterable<string>, reading: Reading) {
    this.#documents = documents;
    this.#reading = reading;
  }

  *requests(): Generator<readonly TokenRequest[], void, void> {
    const { layout, limit } = this.#reading;
    let document = 0;
    for (const text of this.#documents) {
      if (this.#read >= limit) return;
      const ids = layout.encode(text);
      const before = this.#read;
      yield* this.#ofDocument(ids, document++);
      if (this.#read === before) this.skipped++;
    }
  }

  /** The window that the next results belong to. */
  next(): PlacedWindow {
    const placed = this.#waiting.shift();
    if (placed === undefined) throw internalError('results without their window');
    return placed;
  }

  *#ofDocument(ids: Int32Array, document: number): Generator<readonly TokenRequest[], void, void> {
    const { layout, stride, limit } = this.#reading;
    let predicted = 0;
    for (let begin = 0; predicted < ids.length && this.#read < limit; begin += stride) {
      const end = Math.min(begin + layout.content, ids.length);
      const window = layout.toWindow(ids.subarray(begin, end));
      // A BOS that was put in front stands before the window's first token of text.
      const added = window.length - (end - begin);
      const first = Math.max(predicted - begin + added, 1);
      predicted = end;
      if (first >= window.length) continue;
      this.#read++;
      this.digest.add(window);
      // A last token by itself, with nothing before it, makes no window.
      const isLast = end === ids.length || (added === 0 && begin + stride === ids.length - 1);
      this.#waiting.push({ document, tokens: ids.length, isLast, ids: window });
      yield [{ context: window.subarray(0, first), continuation: window.subarray(first) }];
    }
  }
}

class StridedTally {
  readonly windows: StridedWindow[] = [];
  readonly #options: Pick<StridedOptions, 'onWindow' | 'onDocument'>;
  #ofDocument: StridedWindow[] = [];

  constructor(options: Pick<StridedOptions, 'onWindow' | 'onDocument'>) {
    this.#options = options;
  }

  add({ document, tokens, isLast, ids }: PlacedWindow, tokenLogProbabilities: Float32Array): void {
    const window = this.windows.length;
    let sum = 0;
    tokenLogProbabilities.forEach((value, token) => {
      if (!Number.isFinite(value)) throw nonFiniteScore({ window, token, value });
      sum += value;
    });
    const score = { window, document, predictions: tokenLogProbabilities.length, nllSum: -sum };
    this.windows.push(score);
    this.#ofDocument.push(score);
    this.#options.onWindow?.(score, ids);
    if (!isLast) return;
    const { predictions, nllSum } = totals(this.#ofDocument);
    this.#options.onDocument?.({ document, tokens, predictions, nllSum, perplexity: Math.exp(nllSum / predictions) });
    this.#ofDocument = [];
  }

  finish(): Pick<StridedResult, 'perplexity' | 'perplexityStandardError' | 'predictions' | 'windows'> {
    const windows = this.windows.length;
    if (windows === 0) throw nothingToPredict();
    const { predictions, nllSum } = totals(this.windows);
    const nll = nllSum / predictions;
    const perplexity = Math.exp(nll);
    const squares = this.windows.reduce((sum, each) => sum + (each.nllSum - nll * each.predictions) ** 2, 0);
    const error = windows < 2 ? null : Math.sqrt((squares * windows) / (windows - 1)) / predictions;
    return {
      perplexity,
      perplexityStandardError: error === null ? null : perplexity * error,
      predictions,
      windows,
    };
  }
}

function totals(windows: readonly StridedWindow[]): { readonly predictions: number; readonly nllSum: number } {
  return {
    predictions: windows.reduce((sum, each) => sum + each.predictions, 0),
    nllSum: windows.reduce((sum, each) => sum + each.nllSum, 0),
  };
}
