import type { Tokenizer } from '@linchpin/plugin-api';

/** One token a character, whose id is its code point; the BOS is 1. */
export function characterTokenizer(
  options: { readonly addsBos?: boolean; readonly bosId?: number | undefined } = {},
): Tokenizer {
  const { addsBos = true } = options;
  const bosId = 'bosId' in options ? options.bosId : 1;
  return {
    vocabularySize: 0x110000,
    bosId,
    bosText: bosId === undefined ? undefined : '<s>',
    eosId: undefined,
    addsBos,
    encode,
    encodeWithSpecialTokens: (text) => (addsBos && bosId !== undefined ? [bosId, ...encode(text)] : encode(text)),
    decode: (ids) => String.fromCodePoint(...ids),
  };
}

function encode(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

/** The text of a window that a character tokenizer made, its BOS written as `^`. */
export function textOf(ids: Int32Array): string {
  return Array.from(ids, (id) => (id === 1 ? '^' : String.fromCodePoint(id))).join('');
}
