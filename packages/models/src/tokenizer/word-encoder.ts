/**
 * Encodes words piece by piece, remembering the ids of short pieces. The library's own memory of tokens reorders itself
 * at every look-up, which took a third of the time of encoding.
 */
import { tokenizerTokenUnknown } from './errors.ts';
import type { LibraryParts } from './library-parts.ts';
import type { BytePairModel } from './tokenizer-json.ts';
import { pieceSplitter } from './unmergeable-pieces.ts';

const longestRemembered = 64;
const mostRemembered = 100_000;

/** Makes the function that appends the ids of a word (what a pre-tokenizer gives) to a list. */
export function wordEncoder(
  file: string,
  { ignore_merges, fuse_unk, merges, unk_token }: BytePairModel,
  model: LibraryParts['model'],
): (word: string, ids: number[]) => void {
  const splitPieces = pieceSplitter(merges);
  const unknownId = fuse_unk && unk_token !== null ? model.tokens_to_ids.get(unk_token) : undefined;
  const encodePiece = remembering((piece) =>
    model([piece]).map((token) => {
      const id = model.tokens_to_ids.get(token);
      if (id === undefined) throw tokenizerTokenUnknown(file, token);
      return id;
    }),
  );
  return (word, ids) => {
    // Whole words only: a piece that is a token may be out of reach of the merges.
    const whole = ignore_merges ? model.tokens_to_ids.get(word) : undefined;
    if (whole !== undefined) {
      ids.push(whole);
      return;
    }
    const start = ids.length;
    for (const piece of splitPieces(word)) {
      for (const id of encodePiece(piece)) {
        const fused = id === unknownId && ids.length > start && ids.at(-1) === unknownId;
        if (!fused) ids.push(id);
      }
    }
  };
}

function remembering(encode: (piece: string) => readonly number[]): (piece: string) => readonly number[] {
  const remembered = new Map<string, readonly number[]>();
  return (piece) => {
    const known = remembered.get(piece);
    if (known !== undefined) return known;
    const ids = encode(piece);
    if (piece.length > longestRemembered) return ids;
    if (remembered.size === mostRemembered) remembered.clear();
    remembered.set(piece, ids);
    return ids;
  };
}
