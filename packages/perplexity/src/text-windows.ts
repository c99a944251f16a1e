/** Any text by the protocol of WikiText-2: the whole text as it is, tokenised once, disjoint windows. */
import { consecutiveWindows } from './consecutive-windows.ts';
import { layOutWindows, type WindowOptions } from './window-layout.ts';
import type { WindowedText } from './windowed-text.ts';

/** `text` is what `readCorpusFile` gives. */
export function textWindows(text: string, options: WindowOptions): WindowedText {
  return consecutiveWindows(text, layOutWindows(options));
}
