/**
 * lm-evaluation-harness's `wikitext` task (version 2, 0.4.13): word and byte perplexity of detokenised pages, every token
 * predicted once. Not the perplexity of the papers: it is per word or byte, and depends on the model's context length.
 *
 *     word_perplexity = exp(−Σ ln p / words)    byte_perplexity = exp(−Σ ln p / bytes)    bits_per_byte = −Σ ln p / (bytes · ln 2)
 *
 * Words and bytes are those of the page before it is detokenised; words are the pieces between runs of white space, the
 * empty ones at the edges included.
 */
import { internalError } from '@linchpin/errors';
import type { BosRule, LanguageModel, TokenRequest, Tokenizer } from '@linchpin/plugin-api';
import { noBos, noPages, noPrefixToken, nonFiniteScore, unscorableWindow } from './errors.ts';
import { whitespaceClass } from '@linchpin/python-strings';
import { rollingWindows } from './rolling-windows.ts';
import { detokenizeWikitext } from './wikitext-detokenizer.ts';

export interface RollingOptions {
  readonly tokenizer: Tokenizer;
  /** A BOS of a page is itself predicted, from the prefix token. */
  readonly bos: BosRule;
  /** Called for every page, in order, as soon as it is scored. */
  readonly onPage?: (page: PageScore) => void;
}

export interface PageScore {
  /** From 0. */
  readonly page: number;
  /** Sum over the page's tokens, in nats. */
  readonly logLikelihood: number;
  readonly tokens: number;
  readonly words: number;
  readonly bytes: number;
}

export interface RollingResult {
  readonly wordPerplexity: number;
  readonly bytePerplexity: number;
  readonly bitsPerByte: number;
  readonly pages: readonly PageScore[];
}

/** Scores pages (see `wikitextPages`) one after the other; they are tokenised as the model asks for them. */
export async function rollingPerplexity(
  model: LanguageModel,
  pages: Iterable<string>,
  options: RollingOptions,
): Promise<RollingResult> {
  const waiting: PlacedWindow[] = [];
  const scores: PageScore[] = [];
  let logLikelihood = 0;
  let window = 0;
  for await (const [result] of model.score(
    requests(pages, { ...options, contextLength: model.contextLength, waiting }),
  )) {
    const placed = waiting.shift();
    if (placed === undefined || result === undefined) throw internalError('a result without its window');
    if ('unscorable' in result) throw unscorableWindow(window, result.unscorable);
    for (const [token, value] of result.score.tokenLogProbabilities.entries()) {
      if (!Number.isFinite(value)) throw nonFiniteScore({ window, token, value });
      logLikelihood += value;
    }
    window++;
    if (!placed.isLast) continue;
    const page = { page: scores.length, logLikelihood, ...placed.size };
    scores.push(page);
    options.onPage?.(page);
    logLikelihood = 0;
  }
  return summary(scores);
}

/** A window that was handed to the model and has no result yet. */
interface PlacedWindow {
  readonly isLast: boolean;
  /** Of its page. */
  readonly size: Pick<PageScore, 'tokens' | 'words' | 'bytes'>;
}

interface Reading extends RollingOptions {
  readonly contextLength: number;
  readonly waiting: PlacedWindow[];
}

function* requests(
  pages: Iterable<string>,
  { tokenizer, bos, contextLength, waiting }: Reading,
): Generator<readonly TokenRequest[], void, void> {
  const prefix = tokenizer.bosId ?? tokenizer.eosId;
  if (prefix === undefined) throw noPrefixToken();
  for (const page of pages) {
    const ids = pageIds(detokenizeWikitext(page), tokenizer, bos);
    const size = { tokens: ids.length, words: words(page), bytes: Buffer.byteLength(page, 'utf8') };
    let predicted = 0;
    for (const request of rollingWindows(ids, prefix, contextLength)) {
      predicted += request.continuation.length;
      waiting.push({ isLast: predicted === ids.length, size });
      yield [request];
    }
  }
}

/** A text that already begins with the BOS text gets no second one. */
function pageIds(text: string, tokenizer: Tokenizer, bos: BosRule): Int32Array {
  const ids = tokenizer.encode(text);
  const isAdded = bos === 'always' || (bos === 'tokenizer' && tokenizer.addsBos);
  if (!isAdded || (tokenizer.bosText !== undefined && text.startsWith(tokenizer.bosText))) return Int32Array.from(ids);
  if (tokenizer.bosId === undefined) throw noBos();
  return Int32Array.from([tokenizer.bosId, ...ids]);
}

const whitespaceRun = new RegExp(`[${whitespaceClass}]+`, 'u');

function words(page: string): number {
  return page.split(whitespaceRun).length;
}

function summary(pages: readonly PageScore[]): RollingResult {
  if (pages.length === 0) throw noPages();
  const total = (count: (page: PageScore) => number): number => pages.reduce((sum, page) => sum + count(page), 0);
  const nll = -total((page) => page.logLikelihood);
  const bytes = total((page) => page.bytes);
  return {
    wordPerplexity: Math.exp(nll / total((page) => page.words)),
    bytePerplexity: Math.exp(nll / bytes),
    bitsPerByte: nll / bytes / Math.LN2,
    pages,
  };
}
