/** Pages, words, bytes and rolling windows as lm-evaluation-harness makes them for its `wikitext` task. */
import { readText } from '@linchpin/datasets';
import { describeShared, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { textDigest } from '../src/digests.ts';
import { rollingPerplexity, wikitextPages } from '../src/index.ts';
import { detokenizeWikitext } from '../src/wikitext-detokenizer.ts';
import { bigramModel } from './bigram-model.ts';
import { goldenModels, readGolden } from './golden-windows.ts';
import { referenceTokenizer } from './reference-tokenizer.ts';

interface GoldenPage {
  readonly text_sha256: string;
  readonly tokens: number;
  readonly words: number;
  readonly bytes: number;
  /** Ids of the context, ids predicted, log-likelihood. */
  readonly windows: readonly (readonly [number, number, number])[];
}

interface GoldenRolling {
  readonly pages_in_file: number;
  readonly bos_never: GoldenBos;
  readonly bos_always: GoldenBos;
}

interface GoldenBos {
  readonly max_length: number;
  readonly prefix_token_id: number;
  readonly pages: readonly GoldenPage[];
}

describeShared('rolling wikitext', ['golden/perplexity', 'models', 'datasets/wikitext-2', 'datasets/mini'], () => {
  describe.each(goldenModels)('$model', ({ model, bos: bosText, golden, wikitext }) => {
    const tokenizer = referenceTokenizer(`models/${model}`, bosText);

    it.each(['never', 'always'] as const)('asks what lm-evaluation-harness asks, BOS %s', async (bos) => {
      const expected = readGolden(`perplexity/${golden}/rolling.json`) as GoldenRolling;
      const { pages, max_length: contextLength, prefix_token_id: prefix } = expected[`bos_${bos}`];
      const all = wikitextPages(await readText(sharedPath(`datasets/${wikitext}`)));
      expect(all).toHaveLength(expected.pages_in_file);
      const scored = all.slice(0, pages.length);
      expect(scored.map((page) => textDigest(detokenizeWikitext(page)))).toEqual(pages.map((page) => page.text_sha256));

      const asked = bigramModel(() => -1, contextLength);
      const result = await rollingPerplexity(asked, scored, { tokenizer, bos });
      expect(result.pages.map(({ tokens, words, bytes }) => ({ tokens, words, bytes }))).toEqual(
        pages.map(({ tokens, words, bytes }) => ({ tokens, words, bytes })),
      );
      const windows = pages.flatMap((page) => page.windows.map(([context, predicted]) => [context, predicted]));
      expect(asked.seen.map(({ context, continuation }) => [context.length, continuation.length])).toEqual(windows);
      expect(asked.seen[0]?.context[0]).toBe(prefix);
    });
  });
});
