/** How long a window is and where a BOS stands: what every corpus protocol has in common. */
import { windowTokens } from '@linchpin/defaults';
import type { Tokenizer } from '@linchpin/plugin-api';
import { noBos, windowTooShort } from './errors.ts';

/**
 * `first` is the papers' protocol (GPTQ, OmniQuant, SpQR): a text is tokenised once with what the tokenizer itself
 * adds, so that LLaMA's BOS stands at position 0 of the whole text and later windows have none; tokenizers that add
 * none (GPT-2, OLMo) stay without. `every-window` begins each window with the BOS, followed by one token of text less.
 */
export type WindowBos = 'first' | 'every-window' | 'never';

export interface WindowOptions {
  readonly tokenizer: Tokenizer;
  /** Most tokens that the model takes; a longer window is cut to it. */
  readonly contextLength: number;
  /** Tokens of a window, BOS included; 2048 when absent, as in the papers. */
  readonly window?: number;
  /** `first` when absent. */
  readonly bos?: WindowBos;
}

/** The options in numbers. */
export interface WindowLayout {
  readonly requestedWindow: number;
  /** Tokens of each window: what was asked for, or the model's context where that is shorter. */
  readonly window: number;
  readonly bos: WindowBos;
  /** The BOS that `bos` puts, or null where it puts none. */
  readonly bosId: number | null;
  /** Tokens of text in each window: one less than `window` where a BOS begins each. */
  readonly content: number;
  /** Ids of a text, with a BOS in front only under `first`. */
  readonly encode: (text: string) => Int32Array;
  /** A window of `content` ids of text. */
  readonly toWindow: (content: Int32Array) => Int32Array;
}

/** Throws where the tokenizer has no BOS to begin windows with, and where a window has nothing to predict. */
export function layOutWindows({
  tokenizer,
  contextLength,
  window: requestedWindow = windowTokens,
  bos = 'first',
}: WindowOptions): WindowLayout {
  const window = Math.min(requestedWindow, contextLength);
  if (!Number.isInteger(window) || window < 2) throw windowTooShort(requestedWindow, contextLength);
  if (bos !== 'every-window') {
    return {
      requestedWindow,
      window,
      bos,
      bosId: (bos === 'first' && tokenizer.addsBos ? tokenizer.bosId : undefined) ?? null,
      content: window,
      encode: (text) =>
        Int32Array.from(bos === 'first' ? tokenizer.encodeWithSpecialTokens(text) : tokenizer.encode(text)),
      toWindow: (content) => content,
    };
  }
  const { bosId } = tokenizer;
  if (bosId === undefined) throw noBos();
  return {
    requestedWindow,
    window,
    bos,
    bosId,
    content: window - 1,
    encode: (text) => Int32Array.from(tokenizer.encode(text)),
    toWindow: (content) => Int32Array.of(bosId, ...content),
  };
}
