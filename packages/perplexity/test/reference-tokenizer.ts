import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import type { Tokenizer } from '@linchpin/plugin-api';
import { sharedPath } from '@linchpin/testing';

/** What tokenizer.json of a folder under the shared folder says; `bos` is the text of its BOS. */
export function referenceTokenizer(folder: string, bos: string): Tokenizer {
  const json = (name: string): object => {
    const path = join(sharedPath(folder), name);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : {};
  };
  const tokenizer = new HuggingFaceTokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
  const encode = (text: string, special: boolean): number[] =>
    tokenizer.encode(text, { add_special_tokens: special }).ids;
  const bosId = tokenizer.token_to_id(bos);
  return {
    vocabularySize: tokenizer.get_vocab().size,
    bosId,
    bosText: bosId === undefined ? undefined : bos,
    eosId: undefined,
    addsBos: bosId !== undefined && encode('a', true)[0] === bosId,
    encode: keepingLast((text) => encode(text, false)),
    encodeWithSpecialTokens: keepingLast((text) => encode(text, true)),
    decode: (ids, options) => tokenizer.decode([...ids], { skip_special_tokens: options?.skipSpecialTokens ?? false }),
  };
}

/** Tests cut the same text into windows of several lengths, and tokenising it takes most of their time. */
function keepingLast(encode: (text: string) => number[]): (text: string) => number[] {
  let last: { readonly text: string; readonly ids: number[] } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, ids: encode(text) };
    return last.ids;
  };
}
