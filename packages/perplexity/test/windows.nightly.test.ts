/** The windows of both corpora, id by id, as make_perplexity.py cut them for the small models. */
import { readText } from '@linchpin/datasets';
import { describeShared, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../src/corpus-file.ts';
import { idsDigest } from '../src/digests.ts';
import {
  drawSegments,
  joinedDocuments,
  layOutWindows,
  onePerDocument,
  wikitext2,
  type WindowedText,
} from '../src/index.ts';
import { type GoldenC4, goldenModels, type GoldenWikitext, readGolden } from './golden-windows.ts';
import { referenceTokenizer } from './reference-tokenizer.ts';

const contextLength = 512;

describeShared('windows of the small models', ['golden/perplexity', 'models', 'datasets'], () => {
  describe.each(goldenModels)('$model', ({ model, bos: bosText, golden, wikitext, c4: c4File }) => {
    const tokenizer = referenceTokenizer(`models/${model}`, bosText);

    it('cuts WikiText-2', async () => {
      const expected = readGolden(`perplexity/${golden}/wikitext2.json`) as GoldenWikitext;
      const file = await readText(sharedPath(`datasets/${wikitext}`));
      const cases = [
        ...Object.values(expected.bos_first.lengths).map((windows) => ({ windows, bos: 'first' as const })),
        ...Object.values(expected.bos_none.lengths).map((windows) => ({ windows, bos: 'never' as const })),
      ];
      for (const { windows, bos } of cases) {
        const text = wikitext2(file, { tokenizer, contextLength, window: windows.length, bos });
        expect(text.textSha256).toBe(expected.text_sha256);
        expect(text.windowCount).toBe(windows.windows);
        const { ids, leftOut } = readAll(text);
        expect(leftOut.droppedTokens).toBe(windows.tokens_dropped);
        expect(ids.slice(0, windows.first20.length)).toEqual(windows.first20.map((window) => window.ids_sha256));
      }
    });

    it('draws C4', async () => {
      const expected = readGolden(`perplexity/${golden}/c4.json`) as GoldenC4;
      const documents = await readDocuments(sharedPath(`datasets/${c4File}`));
      for (const { length, segments, rows_taken_whole: whole } of Object.values(expected.lengths)) {
        const layout = layOutWindows({ tokenizer, contextLength, window: length });
        const drawn = [...drawSegments(documents, layout, { seed: 0, segments: segments.length })];
        expect(drawn.map((s) => [s.document, s.tokens, s.start, s.rejected, idsDigest(s.ids)])).toEqual(
          segments.map((s) => [s.row, s.tokens, s.start, s.rejected.length, s.ids_sha256]),
        );
        expect(drawn.filter(({ tokens }) => tokens === length)).toHaveLength(whole);
      }
    });
  });

  // Tokenising 1100 documents of C4 as one text takes the tokenizer of the third model long and would tell nothing new.
  it.each(goldenModels.filter(({ model }) => model !== 'tinystories-656k'))(
    'joins C4: $model',
    async ({ model, bos, golden, c4: c4File }) => {
      const expected = (readGolden(`perplexity/${golden}/c4.json`) as GoldenC4).joined_1100;
      const documents = await readDocuments(sharedPath(`datasets/${c4File}`));
      const tokenizer = referenceTokenizer(`models/${model}`, bos);
      const text = joinedDocuments(documents, { tokenizer, contextLength });
      expect(text.windowCount).toBe(expected.windows);
      const { ids } = readAll(text);
      expect(ids.slice(0, expected.first20.length)).toEqual(expected.first20.map((window) => window.ids_sha256));
    },
  );

  /** The windows of make_mini_table1.py, which recorded a loss for each. */
  it('makes as many windows of the mini corpora as their table has', async () => {
    const table = readGolden('lm-eval/mini/table1.json') as {
      rows: { original: { perplexity: Record<'wikitext' | 'c4', { windows: number }> } };
    };
    const expected = table.rows.original.perplexity;
    const options = {
      tokenizer: referenceTokenizer('models/mini', '<s>'),
      contextLength,
      bos: 'every-window',
    } as const;
    const text = wikitext2(await readText(sharedPath('datasets/mini/wikitext.test.txt')), {
      ...options,
      text: 'as-is',
    });
    const documents = await readDocuments(sharedPath('datasets/mini/c4.validation.jsonl'));
    const ofDocuments = onePerDocument(documents, { ...options, window: 256 });
    expect([...text.windows()].map((window) => window[0])).toEqual(
      Array.from({ length: expected.wikitext.windows }, () => 1),
    );
    expect([...ofDocuments.windows()].map((window) => window[0])).toEqual(
      Array.from({ length: expected.c4.windows }, () => 1),
    );
  });
});

function readAll(text: WindowedText): { ids: string[]; leftOut: { droppedTokens: number } } {
  const source = text.windows();
  const ids: string[] = [];
  let step = source.next();
  for (; step.done !== true; step = source.next()) ids.push(idsDigest(step.value));
  return { ids, leftOut: step.value };
}
