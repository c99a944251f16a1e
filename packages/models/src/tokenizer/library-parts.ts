/**
 * The parts of @huggingface/tokenizers that are used here. Its declarations import files without extensions, which do
 * not resolve under `nodenext`: this is the border where its classes get types.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { type LibraryPreTokenizer, rememberWords } from './remembered-words.ts';
import type { BytePairModel, TokenizerPart } from './tokenizer-json.ts';

export interface TokenizerParts {
  readonly normalizer: TokenizerPart | null;
  readonly pre_tokenizer: TokenizerPart | null;
  readonly model: BytePairModel;
}

export interface LibraryParts {
  readonly normalizer: { normalize(text: string): string } | null;
  readonly pre_tokenizer: { pre_tokenize(text: string, options: { readonly section_index: number }): string[] } | null;
  /** Words to tokens; unknown stretches become the unknown token, fused where the model says so. */
  readonly model: ((words: readonly string[]) => string[]) & { readonly tokens_to_ids: ReadonlyMap<string, number> };
}

/** Makes the library's normalizer, pre-tokenizer and model. */
export function makeLibraryParts(parts: TokenizerParts): LibraryParts {
  const library: LibraryParts & { readonly pre_tokenizer: LibraryPreTokenizer | null } = new Tokenizer(
    { ...parts, added_tokens: [], post_processor: null, decoder: null },
    {},
  );
  if (library.pre_tokenizer !== null) rememberWords(library.pre_tokenizer);
  return library;
}
