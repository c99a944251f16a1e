/**
 * A tokenizer of SentencePiece (arXiv 1808.06226) in the words of tokenizer.json, so that it encodes as SentencePiece itself does:
 * its normalizer, then its model, where pieces of the user stand whole. Byte-pair encodings have no list of merges there: two pieces
 * merge where their text together is a piece, the one of the highest score first.
 */
import type { JsonObject } from '../read-json.ts';

export type PieceKind = 'normal' | 'unknown' | 'control' | 'user' | 'unused' | 'byte';

export interface Piece {
  readonly text: string;
  readonly score: number;
  readonly kind: PieceKind;
}

export interface SentencePieceModel {
  readonly type: 'BPE' | 'Unigram';
  /** By id. */
  readonly pieces: readonly Piece[];
  /** Whether a text gets a space in front. */
  readonly addsPrefix: boolean;
  /** Whether spaces around a text go, and several become one. */
  readonly removesExtraSpaces: boolean;
  /** Normalization of characters, in base64; none when absent. */
  readonly characterMap?: string | undefined;
  readonly byteFallback: boolean;
  /** Whether only the beginning of a text gets a space, and not what is behind a special token. */
  readonly prefixesFirstOnly?: boolean;
}

/** No type of tokenizer.json, whose `Precompiled` goes by graphemes: SentencePiece's own normalization (character-map.ts). */
export const characterMapType = 'SentencePieceCharacters';

const space = '▁';
// Neither ^ nor \A means the beginning of the text in both JavaScript and Oniguruma.
const outerSpaces = String.raw`(?<![\s\S]) +|[ ▁]+(?![\s\S])`;
/** More than any text has. */
const all = 2 ** 31 - 1;

/** tokenizer.json; `postProcessor` is what puts special tokens around a text. */
export function sentencePieceJson(model: SentencePieceModel, postProcessor: JsonObject | null): JsonObject {
  const { pieces, addsPrefix, removesExtraSpaces, characterMap, byteFallback, prefixesFirstOnly = false } = model;
  const ofUser = pieces.filter(({ kind }) => kind === 'user').map(({ text }) => text);
  const added = pieces.flatMap(({ text, kind }, id) =>
    kind === 'control' || kind === 'unknown'
      ? [{ id, content: text, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }]
      : [],
  );
  const normalizers = [
    ...(characterMap === undefined ? [] : [{ type: characterMapType, map: characterMap, kept: ofUser }]),
    ...(removesExtraSpaces ? [replaceMatches(outerSpaces, ''), replaceMatches(' {2,}', ' ')] : []),
    // Not in front of nothing, which the spaces may have left.
    ...(addsPrefix && !prefixesFirstOnly ? [replaceMatches(String.raw`(?<![\s\S])(?=[\s\S])`, space)] : []),
    { type: 'Replace', pattern: { String: ' ' }, content: space },
  ];
  const preTokenizers = [
    ...(addsPrefix && prefixesFirstOnly
      ? [{ type: 'Metaspace', replacement: space, prepend_scheme: 'first', split: false }]
      : []),
    ...(ofUser.length === 0 ? [] : [wholePieces(ofUser)]),
  ];
  const decoders = [
    { type: 'Replace', pattern: { String: space }, content: ' ' },
    ...(byteFallback ? [{ type: 'ByteFallback' }] : []),
    { type: 'Fuse' },
    ...(addsPrefix || removesExtraSpaces
      ? [{ type: 'Strip', content: ' ', start: removesExtraSpaces ? all : 1, stop: 0 }]
      : []),
  ];
  return {
    added_tokens: added,
    normalizer: { type: 'Sequence', normalizers },
    pre_tokenizer: preTokenizers.length === 0 ? null : { type: 'Sequence', pretokenizers: preTokenizers },
    post_processor: postProcessor,
    decoder: { type: 'Sequence', decoders },
    model: model.type === 'BPE' ? bytePairs(model, ofUser.length > 0) : unigram(model),
  };
}

function replaceMatches(regex: string, content: string): JsonObject {
  return { type: 'Replace', pattern: { Regex: regex }, content };
}

/** Pieces of the user stand by themselves, the longest where several begin. */
function wholePieces(texts: readonly string[]): JsonObject {
  const longestFirst = texts.toSorted((a, b) => b.length - a.length);
  return {
    type: 'Split',
    pattern: { Regex: longestFirst.map(literal).join('|') },
    behavior: 'Isolated',
    invert: false,
  };
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|&-]/g, String.raw`\$&`);
}

function bytePairs({ pieces, byteFallback }: SentencePieceModel, takesWholeWords: boolean): JsonObject {
  return {
    type: 'BPE',
    vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
    merges: mergesOf(pieces),
    unk_token: pieces.find(({ kind }) => kind === 'unknown')?.text ?? null,
    fuse_unk: true,
    byte_fallback: byteFallback,
    // A piece of the user is a word by itself.
    ignore_merges: takesWholeWords,
  };
}

/** Every way in which two normal pieces make a third, by the third's score, then its id. */
function mergesOf(pieces: readonly Piece[]): [string, string][] {
  const normal = new Set(pieces.filter(({ kind }) => kind === 'normal').map(({ text }) => text));
  const order = pieces
    .map(({ text, score, kind }, id) => ({ text, score, kind, id }))
    .filter(({ kind }) => kind === 'normal')
    .toSorted((a, b) => b.score - a.score || a.id - b.id);
  const merges: [string, string][] = [];
  for (const { text } of order) {
    for (let at = 1; at < text.length; at++) {
      const [left, right] = [text.slice(0, at), text.slice(at)];
      if (normal.has(left) && normal.has(right)) merges.push([left, right]);
    }
  }
  return merges;
}

function unigram({ pieces, byteFallback }: SentencePieceModel): JsonObject {
  return {
    type: 'Unigram',
    vocab: pieces.map(({ text, score }) => [text, score]),
    unk_id: pieces.findIndex(({ kind }) => kind === 'unknown'),
    byte_fallback: byteFallback,
  };
}

/** A post-processor that puts ids in front of a text and behind it. */
export function surroundings(before: readonly Special[], after: readonly Special[]): JsonObject | null {
  if (before.length === 0 && after.length === 0) return null;
  const token = ({ text }: Special): JsonObject => ({ SpecialToken: { id: text, type_id: 0 } });
  return {
    type: 'TemplateProcessing',
    single: [...before.map(token), { Sequence: { id: 'A', type_id: 0 } }, ...after.map(token)],
    special_tokens: Object.fromEntries(
      [...before, ...after].map(({ text, id }) => [text, { id: text, ids: [id], tokens: [text] }]),
    ),
  };
}

export interface Special {
  readonly text: string;
  readonly id: number;
}
