import { describe, expect, it } from 'vitest';
import type { Tokenizer } from '@linchpin/plugin-api';
import { cutPieces } from './dense-pieces.ts';

/** One token a word. */
const tokenizer: Tokenizer = {
  vocabularySize: 10,
  bosId: undefined,
  bosText: undefined,
  eosId: undefined,
  addsBos: false,
  encode: (text) => text.split(' ').map((_, index) => index),
  encodeWithSpecialTokens: (text) => tokenizer.encode(text),
  decode: () => '',
};

const text = Array.from({ length: 30 }, (_, index) => `w${index}`).join(' \n ');

describe('cutPieces', () => {
  it('cuts runs of words that fill a window, but for what stands before them', () => {
    const pieces = cutPieces({ text, tokenizer, window: 20, pieces: 2 });
    expect(pieces.map((piece) => piece.split(' ').length)).toEqual([12, 12]);
    expect(pieces[1]).toMatch(/^w12 w13 /);
  });

  it('ends with the text', () => {
    const pieces = cutPieces({ text, tokenizer, window: 20, pieces: 9 });
    expect(pieces.join(' ').split(' ')).toHaveLength(30);
  });

  it('leaves out the character at which the task splits', () => {
    expect(cutPieces({ text: 'a _ b_c', tokenizer, window: 20, pieces: 1 })).toEqual(['a b c']);
  });
});
