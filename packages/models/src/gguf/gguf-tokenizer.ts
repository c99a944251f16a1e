/**
 * The tokenizer.json that a GGUF file was made from: byte-pair encodings of bytes (`gpt2`) whose words are cut by the rules of the
 * name that the file gives, and SentencePiece's (`llama`, `t5`).
 */
import { ggufField } from './errors.ts';
import type { Metadata } from './metadata.ts';
import { wordRules } from './pre-tokenizers.ts';
import type { JsonObject } from '../read-json.ts';
import {
  type Piece,
  type PieceKind,
  sentencePieceJson,
  type Special,
  surroundings,
} from '../tokenizer/sentencepiece-json.ts';

const prefix = 'tokenizer.ggml';
const keyOf = {
  model: `${prefix}.model`,
  words: `${prefix}.pre`,
  tokens: `${prefix}.tokens`,
  scores: `${prefix}.scores`,
  kinds: `${prefix}.token_type`,
  merges: `${prefix}.merges`,
  characterMap: `${prefix}.precompiled_charsmap`,
};

/** Whether the file has a tokenizer at all. */
export function hasGgufTokenizer(metadata: Metadata): boolean {
  return metadata.has(keyOf.model);
}

/** By the numbers of llama.cpp. */
const kinds: readonly PieceKind[] = ['normal', 'normal', 'unknown', 'control', 'user', 'unused', 'byte'];

/** tokenizer.json and tokenizer_config.json. */
export function readGgufTokenizer(metadata: Metadata): { readonly json: JsonObject; readonly config: JsonObject } {
  const pieces = readPieces(metadata);
  const named = (name: string): Special | undefined => readSpecial(metadata, pieces, name);
  const texts = ['bos', 'eos', 'unknown', 'padding'].flatMap((name) => {
    const special = named(name);
    const field = { unknown: 'unk', padding: 'pad' }[name] ?? name;
    return special === undefined ? [] : [[`${field}_token`, special.text]];
  });
  const template = metadata.text('tokenizer.chat_template');
  const chat = template === undefined ? {} : { chat_template: template };
  return { json: readJson(metadata, pieces, named), config: { ...Object.fromEntries(texts), ...chat } };
}

function readJson(
  metadata: Metadata,
  pieces: readonly Piece[],
  named: (name: string) => Special | undefined,
): JsonObject {
  const around = (addsBos: boolean): JsonObject | null => {
    const [bos, eos] = [named('bos'), named('eos')];
    const before = (metadata.flag(`${prefix}.add_bos_token`) ?? addsBos) && bos !== undefined ? [bos] : [];
    const after = (metadata.flag(`${prefix}.add_eos_token`) ?? false) && eos !== undefined ? [eos] : [];
    return surroundings(before, after);
  };
  const model = metadata.text(keyOf.model);
  switch (model) {
    case 'gpt2':
      return bytePairJson(metadata, pieces, around);
    case 'llama':
    case 't5':
      if (metadata.has(keyOf.characterMap)) throw metadata.invalid(keyOf.characterMap, 'no such field');
      return sentencePieceJson(
        {
          type: model === 'llama' ? 'BPE' : 'Unigram',
          pieces,
          addsPrefix: metadata.flag(`${prefix}.add_space_prefix`) ?? true,
          removesExtraSpaces: metadata.flag(`${prefix}.remove_extra_whitespaces`) ?? false,
          byteFallback: pieces.some(({ kind }) => kind === 'byte'),
        },
        around(model === 'llama'),
      );
    case undefined:
    default:
      throw metadata.invalid(keyOf.model, '"gpt2" (bytes), "llama" or "t5" (SentencePiece)');
  }
}

function readPieces(metadata: Metadata): Piece[] {
  const texts = metadata.texts(keyOf.tokens);
  if (texts === undefined) throw metadata.invalid(keyOf.tokens, 'the vocabulary');
  const scores = metadata.numbers(keyOf.scores) ?? texts.map(() => 0);
  const types = metadata.numbers(keyOf.kinds) ?? texts.map(() => 1);
  if (scores.length !== texts.length) throw metadata.invalid(keyOf.scores, `${texts.length} scores, one a token`);
  if (types.length !== texts.length) throw metadata.invalid(keyOf.kinds, `${texts.length} kinds, one a token`);
  if (new Set(texts).size !== texts.length) throw metadata.invalid(keyOf.tokens, 'every token once');
  return texts.map((text, id) => {
    const kind = kinds[types[id]!];
    if (kind === undefined) throw metadata.invalid(keyOf.kinds, `kinds from 0 to ${kinds.length - 1}`);
    return { text, score: scores[id]!, kind };
  });
}

function readSpecial(metadata: Metadata, pieces: readonly Piece[], name: string): Special | undefined {
  const key = `${prefix}.${name}_token_id`;
  const id = metadata.number(key);
  if (id === undefined) return undefined;
  const text = pieces[id]?.text;
  if (text === undefined) throw metadata.invalid(key, `an id below ${pieces.length}`);
  return { text, id };
}

function bytePairJson(
  metadata: Metadata,
  pieces: readonly Piece[],
  around: (addsBos: boolean) => JsonObject | null,
): JsonObject {
  const name = metadata.text(keyOf.words);
  if (name === undefined || !Object.hasOwn(wordRules, name))
    throw ggufField(metadata.file, keyOf.words, {
      found: name,
      expected: `how texts are cut into words: one of ${Object.keys(wordRules).join(', ')}`,
    });
  const { normalizer, preTokenizer, ignoresMerges, addsBos } = wordRules[name]!;
  const merges = metadata.texts(keyOf.merges);
  if (merges === undefined) throw metadata.invalid(keyOf.merges, 'the merges of the byte-pair encoding');
  const added = pieces.flatMap(({ text, kind }, id) =>
    kind === 'control' || kind === 'user'
      ? [{ id, content: text, normalized: false, special: kind === 'control' }]
      : [],
  );
  return {
    added_tokens: added,
    normalizer,
    pre_tokenizer: preTokenizer,
    post_processor: around(addsBos),
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
      merges,
      unk_token: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: ignoresMerges,
    },
  };
}
