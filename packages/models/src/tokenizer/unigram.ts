/**
 * The unigram model of SentencePiece (arXiv 1804.10959): of all ways to cut a word into pieces the one whose scores have the largest
 * sum. As huggingface/tokenizers 0.23 does it (models/unigram/model.rs): sums in float64, of equal ones the one that ends in the
 * longest piece; a character that begins no piece of its own is unknown, ten below the worst score, and unknown ones next to each
 * other are one.
 */
import { tokenizerTokenUnknown } from './errors.ts';
import type { UnigramModel } from './tokenizer-json.ts';

const unknownPenalty = 10;
const encoder = new TextEncoder();

/** Makes the function that appends the ids of a word to a list. */
export function unigramEncoder(file: string, model: UnigramModel): (word: string, ids: number[]) => void {
  const { pieces, unk_id: unknownId, byte_fallback: fallsBack } = model;
  const scores = new Map<string, { readonly id: number; readonly score: number }>();
  for (const [id, [text, score]] of pieces.entries()) scores.set(text, { id, score });
  const worst = pieces.reduce((least, [, score]) => Math.min(least, score), Infinity);
  const longest = pieces.reduce((most, [text]) => Math.max(most, text.length), 1);
  const search = { scores, longest, unknownScore: worst - unknownPenalty };
  const byteIds = fallsBack ? Array.from({ length: 256 }, (_, byte) => scores.get(byteToken(byte))?.id) : [];

  return (word, ids) => {
    for (const { text, id } of joinUnknown(bestCut(word, search))) {
      if (id !== undefined) {
        ids.push(id);
        continue;
      }
      const bytes = Array.from(encoder.encode(text), (byte) => byteIds[byte]);
      if (bytes.every((each) => each !== undefined)) ids.push(...bytes);
      else if (unknownId === null) throw tokenizerTokenUnknown(file, text);
      else ids.push(unknownId);
    }
  };
}

function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** A stretch of a word; without an id where no piece is like it. */
interface CutPiece {
  readonly text: string;
  readonly id: number | undefined;
}

interface Search {
  readonly scores: ReadonlyMap<string, { readonly id: number; readonly score: number }>;
  /** UTF-16 units of the longest piece. */
  readonly longest: number;
  readonly unknownScore: number;
}

/** The best cut up to every place is the best one up to where its last piece begins, and that piece. */
function bestCut(word: string, { scores, longest, unknownScore }: Search): CutPiece[] {
  const best = new Float64Array(word.length + 1).fill(-Infinity);
  const begins = new Int32Array(word.length + 1);
  const ids: (number | undefined)[] = [];
  best[0] = 0;
  const reach = (
    end: number,
    begin: number,
    piece: { readonly id: number | undefined; readonly score: number },
  ): void => {
    const sum = best[begin]! + piece.score;
    if (!(sum > best[end]!)) return;
    best[end] = sum;
    begins[end] = begin;
    ids[end] = piece.id;
  };
  for (let begin = 0; begin < word.length;) {
    const character = word.codePointAt(begin)! > 0xffff ? 2 : 1;
    let hasCharacter = false;
    for (let end = begin + 1; end <= Math.min(word.length, begin + longest); end++) {
      const piece = scores.get(word.slice(begin, end));
      if (piece === undefined) continue;
      reach(end, begin, piece);
      hasCharacter ||= end === begin + character;
    }
    if (!hasCharacter) reach(begin + character, begin, { id: undefined, score: unknownScore });
    begin += character;
  }
  const cut: CutPiece[] = [];
  for (let end = word.length; end > 0; end = begins[end]!)
    cut.push({ text: word.slice(begins[end], end), id: ids[end] });
  return cut.toReversed();
}

function joinUnknown(pieces: readonly CutPiece[]): CutPiece[] {
  const joined: CutPiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.id === undefined && last !== undefined && last.id === undefined)
      joined[joined.length - 1] = { text: last.text + piece.text, id: undefined };
    else joined.push(piece);
  }
  return joined;
}
