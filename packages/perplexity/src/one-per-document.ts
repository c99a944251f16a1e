/**
 * One window a document: its first tokens, so that every window begins where a text begins. For corpora of short
 * documents; no published number is made this way. Documents shorter than a window are left out and counted.
 */
import { documentsDigest } from './digests.ts';
import type { Documents } from './documents.ts';
import { noLongDocument } from './errors.ts';
import { layOutWindows, type WindowOptions } from './window-layout.ts';
import { layoutFields, type WindowedText } from './windowed-text.ts';

/** Throws while the windows are read, where no document is long enough. */
export function onePerDocument(documents: Documents, options: WindowOptions): WindowedText {
  const layout = layOutWindows(options);
  return {
    ...layoutFields(layout),
    protocol: 'one-per-document',
    seed: null,
    textSha256: documentsDigest(documents),
    windowCount: null,
    *windows() {
      let longest = 0;
      let droppedTokens = 0;
      let skippedDocuments = 0;
      for (const document of documents) {
        const ids = layout.encode(document);
        longest = Math.max(longest, ids.length);
        const isLongEnough = ids.length >= layout.content;
        droppedTokens += isLongEnough ? ids.length - layout.content : ids.length;
        if (isLongEnough) yield layout.toWindow(ids.subarray(0, layout.content));
        else skippedDocuments++;
      }
      if (skippedDocuments === documents.length) {
        throw noLongDocument({ documents: documents.length, longest, tokens: layout.content });
      }
      return { droppedTokens, skippedDocuments };
    },
  };
}
