/** Tokens and ids of a tokenizer: the model's own and the added ones, which win. */
import type { SearchedToken } from './added-tokens.ts';

export interface Vocabulary {
  /** One more than the largest id. */
  readonly size: number;
  /** The id of a token as the file writes it. */
  idOf(text: string): number | undefined;
  /** The token as it is shown: an added one that is searched in normalized text under its normalized form. */
  tokenOf(id: number): string | undefined;
  /** The token as the file writes it. */
  writtenTokenOf(id: number): string | undefined;
  /** Whether a token as it is shown is written like a special one. */
  isSpecial(token: string): boolean;
}

export function makeVocabulary(own: Readonly<Record<string, number>>, added: readonly SearchedToken[]): Vocabulary {
  const ids = new Map(Object.entries(own));
  const written: string[] = [];
  for (const [token, id] of ids) written[id] = token;
  const shown = new Map(added.map(({ token, content }) => [token.id, content]));
  for (const { token } of added) {
    ids.set(token.content, token.id);
    written[token.id] = token.content;
  }
  const special = new Set(added.filter(({ token }) => token.special).map(({ token }) => token.content));
  return {
    size: written.length,
    idOf: (text) => ids.get(text),
    tokenOf: (id) => shown.get(id) ?? written[id],
    writtenTokenOf: (id) => written[id],
    isSpecial: (token) => special.has(token),
  };
}
