import type { Tokenizer } from '@linchpin/plugin-api';

/** Reads texts that are ids themselves, `1 5 2`: for checkpoints without a tokenizer, where a text is asked for. */
export const idTokenizer: Tokenizer = {
  vocabularySize: Number.MAX_SAFE_INTEGER,
  bosId: undefined,
  bosText: undefined,
  eosId: undefined,
  addsBos: false,
  encode: read,
  encodeWithSpecialTokens: read,
  decode: idsAsText,
};

/** Ids as the text that `idTokenizer` reads. */
export function idsAsText(ids: readonly number[]): string {
  return ids.join(' ');
}

function read(text: string): number[] {
  return text.split(' ').map(Number);
}
