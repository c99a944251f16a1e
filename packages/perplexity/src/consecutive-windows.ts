/** A text tokenised once and cut into disjoint windows from its beginning; the rest at its end is dropped (GPTQ, `llama.py`). */
import { textTooShort } from './errors.ts';
import { textDigest } from './digests.ts';
import { layOutWindows, type WindowLayout, type WindowOptions } from './window-layout.ts';
import { layoutFields, type WindowedText } from './windowed-text.ts';

/** The whole text is tokenised here, the windows are made when they are read. Throws where there is not one. */
export function consecutiveWindows(
  text: string,
  layout: WindowLayout,
  options: { readonly limit?: number } = {},
): WindowedText {
  const ids = layout.encode(text); // [tokens]
  const windowCount = Math.min(Math.floor(ids.length / layout.content), options.limit ?? Infinity);
  if (windowCount === 0) throw textTooShort(ids.length, layout.content);
  return {
    ...layoutFields(layout),
    protocol: 'consecutive',
    seed: null,
    textSha256: textDigest(text),
    windowCount,
    *windows() {
      for (let k = 0; k < windowCount; k++) {
        yield layout.toWindow(ids.subarray(k * layout.content, (k + 1) * layout.content));
      }
      return { droppedTokens: ids.length - windowCount * layout.content, skippedDocuments: 0 };
    },
  };
}

/** Any text by the protocol of WikiText-2, as it is; `text` is what `readCorpusFile` gives. */
export function textWindows(text: string, options: WindowOptions): WindowedText {
  return consecutiveWindows(text, layOutWindows(options));
}
