import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderTexts } from './checkpoint-texts.ts';
import { loadTokenizer } from './tokenizer.ts';

const vocab = {
  '<unk>': 0,
  '<s>': 1,
  '</s>': 2,
  '▁': 3,
  a: 4,
  b: 5,
  c: 6,
  '▁a': 7,
  ab: 8,
  '▁ab': 9,
  '<0xC3>': 10,
  '<0xA9>': 11,
  '<0xE2>': 12,
};
const model = {
  type: 'BPE',
  unk_token: '<unk>',
  fuse_unk: true,
  byte_fallback: false,
  vocab,
  merges: [['▁', 'a'], 'a b', ['▁a', 'b']],
};
const spaces = {
  type: 'Sequence',
  normalizers: [
    { type: 'Prepend', prepend: '▁' },
    { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
  ],
};
const bos = { id: 1, content: '<s>', normalized: false, special: true };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linchpin-tokenizer-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, unknown>>): Promise<string> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
  return folder;
}

async function load(parts: Readonly<Record<string, unknown>>) {
  return loadTokenizer(folderTexts(await write({ 'tokenizer.json': { model, ...parts } })));
}

/** Expected ids: tokenizers 0.23.3 on the same tokenizer.json. */
describe('encode', () => {
  it('finds a normalized added token under its normalized form only', async () => {
    const tokenizer = await load({ normalizer: spaces, added_tokens: [{ ...bos, normalized: true }] });
    expect(tokenizer.encode('<s><s>')).toEqual([1, 0]);
    expect(tokenizer.encode('a <s>b')).toEqual([7, 1, 5]);
    expect(tokenizer.encode('ab ab')).toEqual([9, 9]);
    expect(tokenizer.encode('')).toEqual([]);
  });

  it('fuses unknown stretches of a word only where the model says so', async () => {
    expect((await load({})).encode('xyzaxy')).toEqual([0, 4, 0]);
    expect((await load({ model: { ...model, fuse_unk: false } })).encode('xyza')).toEqual([0, 0, 0, 4]);
  });

  it('falls back to bytes where all of them are in the vocabulary', async () => {
    const tokenizer = await load({ model: { ...model, byte_fallback: true } });
    expect(tokenizer.encode('éa')).toEqual([10, 11, 4]);
    expect(tokenizer.encode('€')).toEqual([0]);
  });

  it('throws where a stretch has no id at all', async () => {
    const tokenizer = await load({ model: { ...model, unk_token: '<none>' } });
    expect(() => tokenizer.encode('x')).toThrow(expect.objectContaining({ code: 'models/tokenizer-token-unknown' }));
  });
});

describe('decode', () => {
  it('shows a normalized special token in its normalized form, and does not skip it', async () => {
    const plain = await load({ normalizer: spaces, added_tokens: [bos] });
    expect(plain.decode([1, 4], { skipSpecialTokens: true })).toBe('a');
    const normalized = await load({
      normalizer: spaces,
      added_tokens: [{ ...bos, normalized: true }],
      decoder: { type: 'Fuse' },
    });
    expect(normalized.decode([1, 4], { skipSpecialTokens: true })).toBe('▁<s>a');
  });

  it('joins with spaces where there is no decoder, and passes over unknown ids', async () => {
    expect((await load({})).decode([4, 99, 5])).toBe('a b');
  });
});

describe('special tokens', () => {
  const tokenizerJson = { model };

  it('come from tokenizer_config.json, as texts or objects', async () => {
    await write({
      'tokenizer.json': tokenizerJson,
      'tokenizer_config.json': { bos_token: '<s>', eos_token: { content: '</s>' } },
      'config.json': { bos_token_id: 6 },
    });
    expect(await loadTokenizer(folderTexts(folder))).toMatchObject({
      bosId: 1,
      bosText: '<s>',
      eosId: 2,
      addsBos: false,
    });
  });

  it('come from special_tokens_map.json, and from config.json last', async () => {
    await write({ 'tokenizer.json': tokenizerJson, 'tokenizer_config.json': {} });
    await write({
      'special_tokens_map.json': { bos_token: '<s>' },
      'config.json': { bos_token_id: 6, eos_token_id: [2, 6] },
    });
    expect(await loadTokenizer(folderTexts(folder))).toMatchObject({ bosId: 1, eosId: 2 });
  });

  it('are absent where a file says null, and where config.json names no token', async () => {
    await write({ 'tokenizer.json': tokenizerJson, 'tokenizer_config.json': { bos_token: null } });
    await write({ 'config.json': { bos_token_id: 1, eos_token_id: 99 } });
    expect(await loadTokenizer(folderTexts(folder))).toMatchObject({
      bosId: undefined,
      bosText: undefined,
      eosId: undefined,
    });
  });
});

describe('a malformed tokenizer.json', () => {
  it.for<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'an added token under another id than in the vocabulary',
      { added_tokens: [{ ...bos, id: 5 }] },
      'models/invalid-field',
    ],
    ['a merge of three parts', { model: { ...model, merges: ['a b c'] } }, 'models/invalid-field'],
    [
      'a merge whose result is no token',
      { model: { ...model, merges: [['b', 'c']] } },
      'models/tokenizer-merge-unknown',
    ],
    ['dropout', { model: { ...model, dropout: 0.1 } }, 'models/invalid-field'],
    ['a unigram model with merges', { model: { ...model, type: 'Unigram' } }, 'models/invalid-field'],
    ['another model', { model: { ...model, type: 'WordPiece' } }, 'models/tokenizer-part-unsupported'],
  ])('is refused: %s', async ([, parts, code]) => {
    await expect(load(parts)).rejects.toMatchObject({ code });
  });
});
