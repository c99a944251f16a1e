/**
 * Finds the added tokens in a text, as huggingface/tokenizers does (`added_vocabulary.rs`): the leftmost, then the
 * longest; those marked `normalized` in the normalized text, under their own normalized form. So LLaMA's `<s>`, which
 * its normalizer turns into `▁<s>`, is found at the start of a text and after a space only.
 * The library's own search also accepts the bare form between two others (`<s><s>`), strips JavaScript's idea of white
 * space, and knows no `single_word`.
 */
import type { AddedToken } from './tokenizer-json.ts';

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

/** Makes the function that cuts a text into sections, none of them empty. */
export function addedTokenSplitter(tokens: readonly SearchedToken[]): (text: string) => Section[] {
  const byContent = new Map(tokens.map(({ token, content }) => [content, token]));
  if (byContent.size === 0) return (text) => (text === '' ? [] : [{ text }]);
  // Alternatives are tried in order, so that the longest comes first.
  const contents = [...byContent.keys()].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(contents.map((content) => RegExp.escape(content)).join('|'), 'g');
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
