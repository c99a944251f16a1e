/**
 * C4 as GPTQ's `--new-eval`, SparseGPT and Wanda cut it: the first 1100 documents joined by a space, tokenised once,
 * at most 256 consecutive windows. Its perplexities are higher than those of the random segments (c4.ts) and are not
 * comparable with them.
 */
import { c4Segments } from './c4.ts';
import { consecutiveWindows } from './consecutive-windows.ts';
import { layOutWindows, type WindowOptions } from './window-layout.ts';
import type { WindowedText } from './windowed-text.ts';

const joined = 1100;

/** `documents` are the `text` fields of the shard in file order. */
export function joinedDocuments(documents: readonly string[], options: WindowOptions): WindowedText {
  const text = documents.slice(0, joined).join(' ');
  return { ...consecutiveWindows(text, layOutWindows(options), { limit: c4Segments }), protocol: 'joined-documents' };
}
