/** Models and expected ids: scripts/tokenizer_files.py. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckpointTexts, folderTexts, loadTokenizer } from '@linchpin/models';
import { temporaryFolder } from '@linchpin/testing';
import type { GgufValue } from '@linchpin/gguf';
import { describe, expect, it } from 'vitest';
import { readGgufTokenizer } from '../src/gguf/gguf-tokenizer.ts';
import { Metadata } from '../src/gguf/metadata.ts';
import { readSentencePiece } from '../src/tokenizer/sentencepiece-model.ts';

const root = fileURLToPath(new URL('fixtures/tokenizers', import.meta.url));

interface Golden {
  readonly text: string;
  readonly ids: number[];
  readonly decoded: string;
}

interface SpecialGolden extends Omit<Golden, 'decoded'> {
  readonly special: number[];
}

const goldens = JSON.parse(readFileSync(join(root, 'goldens.json'), 'utf8')) as Readonly<Record<string, Golden[]>>;

/** A text with the name of a special token is one to transformers, and to sentencepiece text like any other. */
const isPlain = ({ text }: Golden): boolean => !/<unk>|<s>/.test(text);

describe.each(['llama', 'gemma', 'unigram', 'bytes'])('tokenizer.model of %s', (name) => {
  it('encodes as sentencepiece does', async () => {
    const tokenizer = await loadTokenizer(folderTexts(join(root, name)));
    const expected = goldens[name]!.filter(isPlain);
    expect(expected.map(({ text }) => [text, tokenizer.encode(text)])).toEqual(
      expected.map(({ text, ids }) => [text, ids]),
    );
  });

  it('decodes as sentencepiece does', async () => {
    const tokenizer = await loadTokenizer(folderTexts(join(root, name)));
    const expected = goldens[name]!.filter(isPlain);
    expect(expected.map(({ ids }) => tokenizer.decode(ids))).toEqual(
      // Transformers shows what is unknown by the name of its piece.
      expected.map(({ decoded }) => decoded.replaceAll(' ⁇ ', '<unk>')),
    );
  });
});

it('reads what begins and ends a text out of tokenizer.model', async () => {
  const tokenizer = await loadTokenizer(folderTexts(join(root, 'llama')));
  expect(tokenizer).toMatchObject({ bosId: 1, bosText: '<s>', eosId: 2, addsBos: false });
});

it.each([
  ['auto', undefined],
  ['modern', { add_bos_token: true, legacy: false }],
])('encodes LLaMA’s with special tokens as transformers does: %s', async (name, config) => {
  const folder = temporaryFolder();
  cpSync(join(root, 'llama'), folder, { recursive: true });
  if (config !== undefined) writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
  const tokenizer = await loadTokenizer(folderTexts(folder));
  const expected = goldens[name] as unknown as SpecialGolden[];
  const found = expected.map(({ text }) => [text, tokenizer.encode(text), tokenizer.encodeWithSpecialTokens(text)]);
  expect(found).toEqual(expected.map(({ text, ids, special }) => [text, ids, special]));
});

it.each(['json', 'merges'])('encodes and decodes as transformers does: %s', async (name) => {
  const tokenizer = await loadTokenizer(folderTexts(join(root, name)));
  const expected = goldens[name]!;
  const found = expected.map(({ text, ids }) => [text, tokenizer.encode(text), tokenizer.decode(ids)]);
  expect(found).toEqual(expected.map(({ text, ids, decoded }) => [text, ids, decoded]));
});

it('begins a text with BOS where tokenizer_config.json beside vocab.json says so', async () => {
  const tokenizer = await loadTokenizer(folderTexts(join(root, 'merges')));
  expect(tokenizer).toMatchObject({ bosId: 2, bosText: '</s>', eosId: 2, addsBos: true });
  const expected = goldens['merges'] as unknown as SpecialGolden[];
  expect(expected.map(({ text }) => tokenizer.encodeWithSpecialTokens(text))).toEqual(
    expected.map((each) => each.special),
  );
});

/** The metadata of a GGUF file that was made from a model. */
function asGguf(name: string): CheckpointTexts {
  const file = join(root, name, 'tokenizer.model');
  const { model } = readSentencePiece(readFileSync(file), file);
  const kinds = ['', 'normal', 'unknown', 'control', 'user', 'unused', 'byte'];
  const metadata = new Map<string, string | number | boolean | (string | number)[]>([
    ['tokenizer.ggml.model', model.type === 'BPE' ? 'llama' : 't5'],
    ['tokenizer.ggml.tokens', model.pieces.map(({ text }) => text)],
    ['tokenizer.ggml.scores', model.pieces.map(({ score }) => score)],
    ['tokenizer.ggml.token_type', model.pieces.map(({ kind }) => kinds.indexOf(kind))],
    ['tokenizer.ggml.add_space_prefix', model.addsPrefix],
    ['tokenizer.ggml.bos_token_id', 1],
  ]);
  return ggufTexts(metadata);
}

function ggufTexts(metadata: ReadonlyMap<string, GgufValue>): CheckpointTexts {
  const { json, config } = readGgufTokenizer(new Metadata('model.gguf', { metadata, tensors: new Map() }));
  const texts: Readonly<Record<string, object>> = { 'tokenizer.json': json, 'tokenizer_config.json': config };
  return {
    locate: (text) => `model.gguf: ${text}`,
    readText: async (text) => (Object.hasOwn(texts, text) ? JSON.stringify(texts[text]) : undefined),
  };
}

it.each(['llama', 'gemma', 'bytes'])(
  'comes out of GGUF metadata as it does out of tokenizer.model: %s',
  async (name) => {
    const tokenizer = await loadTokenizer(asGguf(name));
    const expected = goldens[name]!.filter(isPlain);
    expect(expected.map(({ text }) => [text, tokenizer.encode(text)])).toEqual(
      expected.map(({ text, ids }) => [text, ids]),
    );
    expect(tokenizer.addsBos).toBe(name !== 'bytes');
  },
);

interface Rule {
  readonly tokens: readonly string[];
  readonly merges: readonly string[];
  readonly cases: readonly Omit<Golden, 'decoded'>[];
}

const rules = JSON.parse(readFileSync(join(root, 'rules.json'), 'utf8')) as Readonly<Record<string, Rule>>;

it.each(Object.entries(rules))('cuts words by the rule %s of GGUF metadata as tokenizers does', async (name, rule) => {
  const metadata = new Map<string, string | number | string[]>([
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', name],
    ['tokenizer.ggml.tokens', [...rule.tokens]],
    ['tokenizer.ggml.merges', [...rule.merges]],
    ['tokenizer.ggml.bos_token_id', 0],
  ]);
  const tokenizer = await loadTokenizer(ggufTexts(metadata));
  expect(rule.cases.map(({ text }) => [text, tokenizer.encode(text)])).toEqual(
    rule.cases.map(({ text, ids }) => [text, ids]),
  );
  expect(tokenizer.addsBos).toBe(name === 'llama-bpe');
});
