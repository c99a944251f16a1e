/**
 * Finds the added tokens in a text, as huggingface/tokenizers does (`added_vocabulary.rs`): the leftmost, then the
 * longest; those marked `normalized` in the normalized text, under their own normalized form. So LLaMA's `<s>`, which
 * its normalizer turns into `▁<s>`, is found at the start of a text and after a space only.
 * The library's own search also accepts the bare form between two others (`<s><s>`), strips JavaScript's idea of white
 * space, and knows no `single_word`.
 */
import type { DeclaredToken } from './special-tokens.ts';
import type { AddedToken, TokenizerJson } from './tokenizer-json.ts';

/**
 * The added tokens of tokenizer.json and behind them those that other files declare, as `add_tokens` of
 * huggingface/tokenizers takes them: a token that is known keeps its id and gets the flags of whoever says it last, a new
 * one gets the next id, whatever id its file has for it.
 */
export function addDeclaredTokens(
  { added_tokens: own, model: { vocab } }: Pick<TokenizerJson, 'added_tokens' | 'model'>,
  declared: readonly DeclaredToken[],
): readonly AddedToken[] {
  const tokens = new Map(own.map((token) => [token.content, token]));
  const size = Object.keys(vocab).length;
  let last = own.reduce((largest, { id }) => Math.max(largest, id), -1);
  for (const token of declared) {
    const { content } = token;
    if (content === '') continue;
    const known = tokens.get(content);
    const id = known?.id ?? (Object.hasOwn(vocab, content) ? vocab[content]! : Math.max(last + 1, size));
    // What was special once is passed over in decoding, whatever is said of it later.
    tokens.set(content, { ...token, id, special: token.special || known?.special === true });
    last = Math.max(last, id);
  }
  return [...tokens.values()];
}

/** A stretch of text that still has to be encoded, or an added token. */
export type Section = { readonly text: string } | { readonly id: number };

/** An added token and the form under which it is searched. */
export interface SearchedToken {
  readonly token: AddedToken;
  readonly content: string;
}

const whiteSpaceAtEnd = /\p{White_Space}*$/u;
const whiteSpaceAtStart = /^\p{White_Space}*/u;
const word = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]`;
const wordAtEnd = new RegExp(`${word}$`, 'u');
const wordAtStart = new RegExp(`^${word}`, 'u');
/** Characters that mean something in a pattern. */
const syntax = /[\\^$.*+?()[\]{}|]/g;

/** Makes the function that cuts a text into sections, none of them empty. */
export function addedTokenSplitter(tokens: readonly SearchedToken[]): (text: string) => Section[] {
  const byContent = new Map(tokens.map(({ token, content }) => [content, token]));
  if (byContent.size === 0) return (text) => (text === '' ? [] : [{ text }]);
  // Alternatives are tried in order, so that the longest comes first.
  const contents = [...byContent.keys()].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(contents.map((content) => content.replaceAll(syntax, String.raw`\$&`)).join('|'), 'g');
  return (text) => {
    const sections: Section[] = [];
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0])!;
      const start = match.index;
      const end = start + match[0].length;
      if (token.single_word && touchesWord(text, start, end)) continue;
      const from = token.lstrip ? done + text.slice(done, start).search(whiteSpaceAtEnd) : start;
      if (done < from) sections.push({ text: text.slice(done, from) });
      sections.push({ id: token.id });
      done = token.rstrip ? end + whiteSpaceAtStart.exec(text.slice(end))![0].length : end;
    }
    if (done < text.length) sections.push({ text: text.slice(done) });
    return sections;
  };
}

/** Whether a letter, mark, digit or the like stands directly before or behind; two code units hold any character. */
function touchesWord(text: string, start: number, end: number): boolean {
  return wordAtEnd.test(text.slice(Math.max(0, start - 2), start)) || wordAtStart.test(text.slice(end, end + 2));
}
