/** What corpus protocols make and `perplexityOf` scores. */
import type { WindowBos, WindowLayout } from './window-layout.ts';

/** A text cut into windows by one protocol: what `perplexityOf` scores. Reading it twice gives the same windows. */
export interface WindowedText {
  readonly protocol: 'consecutive' | 'random-segments' | 'one-per-document' | 'joined-documents';
  readonly requestedWindow: number;
  /** Tokens of each window. */
  readonly window: number;
  readonly bos: WindowBos;
  readonly bosId: number | null;
  /** Of the draw; null where nothing is drawn. */
  readonly seed: number | null;
  /** sha256 of the UTF-8 of the text that was tokenised; several documents count each with a newline behind it. */
  readonly textSha256: string;
  /** How many windows there will be, where that is known before they are made. */
  readonly windowCount: number | null;
  /** Makes the windows one by one, each of `window` ids; what no window holds is told at the end. */
  windows(): Generator<Int32Array, LeftOut, void>;
}

export interface LeftOut {
  /** Tokens that were read and are in no window. */
  readonly droppedTokens: number;
  /** Documents of which nothing is in a window because they are too short. */
  readonly skippedDocuments: number;
}

/** The part of a windowed text that its layout decides. */
export function layoutFields({
  requestedWindow,
  window,
  bos,
  bosId,
}: WindowLayout): Pick<WindowedText, 'requestedWindow' | 'window' | 'bos' | 'bosId'> {
  return { requestedWindow, window, bos, bosId };
}
