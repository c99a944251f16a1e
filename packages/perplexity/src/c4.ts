/**
 * C4 in the papers' protocol (IST-DASLab/gptq `datautils.py` without `--new-eval`; OmniQuant `datautils.py`): 256
 * segments at random places of random documents of one validation shard, drawn by CPython's generator at seed 0.
 * A document of exactly a segment's length is taken whole without a second draw, as Vahe1994/SpQR does, where GPTQ
 * would crash; everywhere else the three programs draw alike.
 */
import { PythonRandom } from '@linchpin/random';
import { documentsDigest } from './digests.ts';
import { DocumentLengths } from './document-lengths.ts';
import type { Documents } from './documents.ts';
import { layOutWindows, type WindowLayout, type WindowOptions } from './window-layout.ts';
import { layoutFields, type WindowedText } from './windowed-text.ts';

export interface C4Options extends WindowOptions {
  /** 0 when absent. */
  readonly seed?: number;
  /** 256 when absent. */
  readonly segments?: number;
}

export const c4Segments = 256;

/** One draw of the protocol. */
export interface Segment {
  /** Index of the document, and how many tokens it has. */
  readonly document: number;
  readonly tokens: number;
  /** Where in the document the segment begins. */
  readonly start: number;
  /** Documents that were drawn before it and are too short. */
  readonly rejected: number;
  /** The window that is scored. */
  readonly ids: Int32Array;
}

/** `documents` are the `text` fields of the shard in file order. Which are drawn depends on the tokenizer. */
export function c4(documents: Documents, options: C4Options): WindowedText {
  const layout = layOutWindows(options);
  const { seed = 0, segments = c4Segments } = options;
  return {
    ...layoutFields(layout),
    protocol: 'random-segments',
    seed,
    textSha256: documentsDigest(documents),
    windowCount: segments,
    *windows() {
      for (const segment of drawSegments(documents, layout, { seed, segments })) yield segment.ids;
      return { droppedTokens: 0, skippedDocuments: 0 };
    },
  };
}

/** The segments in the order of their being drawn. Throws where no document is long enough. */
export function* drawSegments(
  documents: Documents,
  layout: WindowLayout,
  { seed, segments }: { readonly seed: number; readonly segments: number },
): Generator<Segment, void, void> {
  const lengths = new DocumentLengths(documents, layout);
  // Without a long enough document the draw would go on for ever.
  lengths.requireOneOf(layout.content);
  const generator = new PythonRandom(seed);
  for (let drawn = 0; drawn < segments; drawn++) {
    let document = generator.randint(0, documents.length - 1);
    let rejected = 0;
    while (lengths.of(document) < layout.content) {
      document = generator.randint(0, documents.length - 1);
      rejected++;
    }
    const tokens = lengths.of(document);
    const start = tokens === layout.content ? 0 : generator.randint(0, tokens - layout.content - 1);
    const ids = layout.toWindow(lengths.encode(document).subarray(start, start + layout.content));
    yield { document, tokens, start, rejected, ids };
  }
}
