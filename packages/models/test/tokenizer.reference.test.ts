import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Tokenizer } from '@linchpin/plugin-api';
import { describeShared, sharedPath } from '@linchpin/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderTexts } from '../src/checkpoint-texts.ts';
import { loadTokenizer } from '../src/tokenizer.ts';

/** Made by tokenizers 0.23.3 and lm-eval 0.4.13 (`make_tokenization.py`, `make_perplexity.py` in the shared folder). */
const folders = {
  stories260K: 'models/stories260K',
  'tinystories-656k': 'models/tinystories-656k',
  mini: 'models/mini',
  llama2: 'tokenizers/llama2',
  gpt2: 'tokenizers/gpt2',
  'gpt-neox': 'tokenizers/gpt-neox',
  olmo: 'tokenizers/olmo',
} as const;

/** What the files say: id and text of BOS, id of EOS, whether the post-processor adds the BOS. */
const specials = {
  stories260K: [1, '<s>', 2, true],
  'tinystories-656k': [1, '<|start_story|>', 2, true],
  mini: [1, '<s>', 2, true],
  llama2: [1, '<s>', 2, true],
  gpt2: [50256, '<|endoftext|>', 50256, false],
  'gpt-neox': [0, '<|endoftext|>', 0, false],
  olmo: [undefined, undefined, undefined, false],
} as const;

const wikitext = 'datasets/wikitext-2/wiki.test.raw';
const totals = 'golden/perplexity/wikitext2_tokens.json';

interface StringLine {
  readonly text: string;
  readonly ids: number[];
  readonly ids_special: number[];
  readonly decoded: string;
  readonly decoded_skip_special: string;
}

interface PairLine {
  readonly context: string;
  readonly continuation: string;
  readonly context_ids: number[];
  readonly continuation_ids: number[];
  readonly context_ids_bos: number[];
  readonly continuation_ids_bos: number[];
}

interface WikitextTotals {
  readonly text_sha256: string;
  readonly tokenizers: Readonly<Record<string, { ids_plain_sha256: string; ids_with_special_sha256: string }>>;
}

for (const [name, folder] of Object.entries(folders) as [keyof typeof folders, string][]) {
  const strings = `golden/tokenization/${name}.jsonl`;
  const pairs = `golden/tokenization/pairs/${name}.jsonl`;
  describeShared(`tokenizer of ${name}`, [folder, strings, pairs, wikitext, totals], () => {
    let tokenizer: Tokenizer;
    beforeAll(async () => {
      tokenizer = await loadTokenizer(folderTexts(sharedPath(folder)));
    });

    it('gives the ids and texts of the reference for every string', () => {
      for (const { text, ids, ids_special, decoded, decoded_skip_special } of readLines<StringLine>(strings)) {
        const found = {
          text,
          ids: tokenizer.encode(text),
          ids_special: tokenizer.encodeWithSpecialTokens(text),
          decoded: tokenizer.decode(ids),
          decoded_skip_special: tokenizer.decode(ids_special, { skipSpecialTokens: true }),
        };
        expect(found).toEqual({ text, ids, ids_special, decoded, decoded_skip_special });
      }
    });

    it('gives what the pair rule needs, without BOS and with BOS always', () => {
      for (const line of readLines<PairLine>(pairs)) {
        const [context_ids, continuation_ids] = encodePair((text) => tokenizer.encode(text), line);
        const [context_ids_bos, continuation_ids_bos] = encodePair((text) => encodeAlways(tokenizer, text), line);
        const found = { context_ids, continuation_ids, context_ids_bos, continuation_ids_bos };
        expect({ ...line, ...found }).toEqual(line);
      }
    });

    it('gives the ids of the whole of WikiText-2 as one string', () => {
      const { text_sha256, tokenizers } = JSON.parse(readFileSync(sharedPath(totals), 'utf8')) as WikitextTotals;
      const text = joinWikitext(readFileSync(sharedPath(wikitext), 'utf8'));
      expect(sha256(text)).toBe(text_sha256);
      expect(sha256(tokenizer.encode(text).join(','))).toBe(tokenizers[name]!.ids_plain_sha256);
      expect(sha256(tokenizer.encodeWithSpecialTokens(text).join(','))).toBe(tokenizers[name]!.ids_with_special_sha256);
    });

    it('knows the special tokens', () => {
      const { bosId, bosText, eosId, addsBos } = tokenizer;
      expect([bosId, bosText, eosId, addsBos]).toEqual(specials[name]);
    });
  });
}

const broken = 'golden/families/broken';
describeShared('broken tokenizers', [broken], () => {
  describe.for([
    ['tokenizer-absent', 'models/tokenizer-absent'],
    ['tokenizer-not-json', 'models/not-json'],
    ['tokenizer-model-unknown', 'models/tokenizer-part-unsupported'],
    ['tokenizer-merge-unknown', 'models/tokenizer-merge-unknown'],
    ['tokenizer-id-beyond-vocabulary', 'models/tokenizer-id-out-of-range'],
  ] as const)('%s', ([name, code]) => {
    it('is refused, naming the file', async () => {
      const loaded = loadTokenizer(folderTexts(sharedPath(`${broken}/${name}`)), { vocabularySize: 16 });
      await expect(loaded).rejects.toMatchObject({ code, message: expect.stringContaining(`${name}/tokenizer.json`) });
    });
  });

  it('leaves the control usable', async () => {
    const tokenizer = await loadTokenizer(folderTexts(sharedPath(`${broken}/control`)), { vocabularySize: 16 });
    expect(tokenizer.encode('ab ef')).toEqual([12, 3, 14]);
    expect(tokenizer.vocabularySize).toBe(16);
  });
});

/** lm-eval, TemplateLM._encode_pair: white space at the end of the context goes to the continuation. */
function encodePair(encode: (text: string) => number[], { context, continuation }: PairLine): [number[], number[]] {
  const ids = encode(context.slice(0, context.length - trailingWhiteSpace(context)));
  return [ids, encode(context + continuation).slice(ids.length)];
}

function trailingWhiteSpace(text: string): number {
  let start = text.length;
  while (start > 0 && isPythonSpace(text[start - 1]!)) start--;
  return text.length - start;
}

/** Unicode's white space, and U+001C to U+001F. */
function isPythonSpace(character: string): boolean {
  return /\p{White_Space}/u.test(character) || (character >= '\u001c' && character <= '\u001f');
}

/** lm-eval, HFLM.tok_encode with add_bos_token: special tokens, unless the text begins with the prefix token's text. */
function encodeAlways(tokenizer: Tokenizer, text: string): number[] {
  const { bosText } = tokenizer;
  return bosText !== undefined && text.startsWith(bosText)
    ? tokenizer.encode(text)
    : tokenizer.encodeWithSpecialTokens(text);
}

/** Rows as the hub's data set has them, joined as GPTQ does: blank lines are empty rows, the others keep their newline. */
function joinWikitext(file: string): string {
  const lines = file.split('\n');
  const rows = [...lines.slice(0, -1).map((line) => `${line}\n`), ...lines.slice(-1).filter((line) => line !== '')];
  return rows.map((row) => (row.trim() === '' ? '' : row)).join('\n\n');
}

function readLines<T>(path: string): T[] {
  const text = readFileSync(sharedPath(path), 'utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as T);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
