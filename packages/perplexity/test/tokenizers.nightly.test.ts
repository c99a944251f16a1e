/** WikiText-2 and the C4 draw at the papers' window of 2048 tokens, for the tokenizers of published models. */
import { readText } from '@linchpin/datasets';
import { describeShared, sharedPath } from '@linchpin/testing';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../src/corpus-file.ts';
import { idsDigest } from '../src/digests.ts';
import { drawSegments, layOutWindows } from '../src/index.ts';
import { textOfFile, wikitextRows } from '../src/text-reading.ts';
import { type GoldenSegment, type GoldenText, readGolden } from './golden-windows.ts';
import { referenceTokenizer } from './reference-tokenizer.ts';

interface GoldenTokens {
  readonly tokens_with_special: number;
  readonly tokens_plain: number;
  readonly ids_with_special_sha256: string;
  readonly ids_plain_sha256: string;
}

interface GoldenDraws {
  readonly segments: readonly (GoldenSegment & { readonly rejected: number })[];
}

const wikitext = 'datasets/wikitext-2/wiki.test.raw';

/** The texts of their BOS; only llama2 puts it in front by itself. */
const tokenizers = { llama2: '<s>', gpt2: '<|endoftext|>', 'gpt-neox': '<|endoftext|>', olmo: '<|endoftext|>' };

describeShared(
  'published tokenizers',
  ['golden/perplexity', 'tokenizers', 'datasets/wikitext-2', 'datasets/c4'],
  () => {
    it('reads WikiText-2 as the hub has it', async () => {
      const golden = readGolden('perplexity/wikitext2_tokens.json') as GoldenText & { utf8_bytes: number };
      const file = await readText(sharedPath(wikitext));
      const text = textOfFile(file, 'wikitext-rows');
      expect(wikitextRows(file)).toHaveLength(golden.rows);
      expect(Array.from(text)).toHaveLength(golden.characters); // code points
      expect(Buffer.byteLength(text)).toBe(golden.utf8_bytes);
    });

    describe.each(Object.entries(tokenizers))('%s', (name, bos) => {
      const tokenizer = referenceTokenizer(`tokenizers/${name}`, bos);

      it('tokenises WikiText-2', async () => {
        const golden = readGolden('perplexity/wikitext2_tokens.json') as { tokenizers: Record<string, GoldenTokens> };
        const expected = golden.tokenizers[name];
        const text = textOfFile(await readText(sharedPath(wikitext)), 'wikitext-rows');
        const first = layOutWindows({ tokenizer, contextLength: 2048 }).encode(text);
        const plain = layOutWindows({ tokenizer, contextLength: 2048, bos: 'never' }).encode(text);
        expect([first.length, plain.length]).toEqual([expected?.tokens_with_special, expected?.tokens_plain]);
        expect(idsDigest(first)).toBe(expected?.ids_with_special_sha256);
        expect(idsDigest(plain)).toBe(expected?.ids_plain_sha256);
      });

      it('draws C4', async () => {
        const golden = readGolden('perplexity/c4_draws_2048.json') as { tokenizers: Record<string, GoldenDraws> };
        const documents = await readDocuments(sharedPath('datasets/c4/train_sample2000.jsonl'));
        const layout = layOutWindows({ tokenizer, contextLength: 2048 });
        const drawn = [...drawSegments(documents, layout, { seed: 0, segments: 256 })];
        expect(drawn.map((s) => [s.document, s.tokens, s.start, s.rejected, idsDigest(s.ids)])).toEqual(
          golden.tokenizers[name]?.segments.map((s) => [s.row, s.tokens, s.start, s.rejected, s.ids_sha256]),
        );
      });
    });
  },
);
