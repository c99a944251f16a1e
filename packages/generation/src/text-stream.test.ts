import type { Tokenizer } from '@linchpin/plugin-api';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextStream } from './text-stream.ts';

/** Tokens are bytes, as in byte-level vocabularies; 256 is a special token. */
const bytes: Tokenizer = {
  vocabularySize: 257,
  bosId: 256,
  bosText: '<s>',
  eosId: 256,
  addsBos: true,
  encode: (text) => [...new TextEncoder().encode(text)],
  encodeWithSpecialTokens: (text) => [256, ...new TextEncoder().encode(text)],
  decode: (ids) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(ids.filter((id) => id < 256))),
};

/** Whole words behind a space, of which the first of a text has none: what Metaspace decoders do. */
const words: Tokenizer = {
  ...bytes,
  decode: (ids) =>
    ids
      .map((id) => ` w${id}`)
      .join('')
      .slice(1),
};

const someText = fc.string({ unit: 'binary', maxLength: 12 });

function parts(tokenizer: Tokenizer, prompt: readonly number[], ids: readonly number[]): string[] {
  const stream = new TextStream(tokenizer, prompt);
  return [...ids.map((id) => stream.push(id)), stream.end()];
}

describe('TextStream', () => {
  it('shows a character when its last byte is there', () => {
    expect(parts(bytes, [], bytes.encode('é😀'))).toEqual(['', 'é', '', '', '', '😀', '']);
  });

  it('gives the text of any string in whole characters', () => {
    fc.assert(
      fc.property(someText, someText, (prompt, text) => {
        const shown = parts(bytes, bytes.encodeWithSpecialTokens(prompt), bytes.encode(text));
        expect(shown.join('')).toBe(text);
        for (const part of shown) expect(part.isWellFormed()).toBe(true);
      }),
    );
  });

  it('shows at the end what was held back, and nothing of a special token', () => {
    expect(parts(bytes, [], [97, 256, 0xe2, 0x82])).toEqual(['a', '', '', '', '\u{fffd}']);
    expect(parts(bytes, [], [])).toEqual(['']);
  });

  it('keeps the space between the prompt and the first word', () => {
    expect(parts(words, [1, 2], [3, 4])).toEqual([' w3', ' w4', '']);
    expect(parts(words, [], [3, 4])).toEqual(['w3', ' w4', '']);
  });
});
