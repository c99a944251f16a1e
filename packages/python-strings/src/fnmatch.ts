/** Whether a text has a character that a pattern gives a meaning. */
export function isPattern(text: string): boolean {
  return /[*?[]/u.test(text);
}

/** What the lookahead has found is not given back: a `]` right behind `[` or `[!` is one of the characters, and closes nothing. */
const parts = /\[(?=(?<opening>!?\]?))\k<opening>[^\]]*\]|[^]/gu;

/**
 * Python's `fnmatch.fnmatchcase`: `*` is any text, `?` any character, `[abc]` or `[a-c]` one of several, `[!abc]` another one. A bracket
 * that is not closed is itself, and a range that ends before it begins is empty.
 */
export function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern.replaceAll(parts, (part) => {
    if (part === '*') return '[^]*';
    if (part === '?') return '[^]';
    if (part.startsWith('[') && part.length > 1) return classOf(part.slice(1, -1));
    return escaped(part);
  });
  return new RegExp(`^${source}$`, 'u').test(text);
}

function classOf(inner: string): string {
  const isNegated = inner.startsWith('!');
  const characters = Array.from(isNegated ? inner.slice(1) : inner);
  let members = '';
  for (let place = 0; place < characters.length; place++) {
    const first = characters[place]!;
    const isRange = characters[place + 1] === '-' && place + 2 < characters.length;
    const last = isRange ? characters[(place += 2)]! : first;
    if (first.codePointAt(0)! <= last.codePointAt(0)!) members += `${escaped(first)}-${escaped(last)}`;
  }
  return `[${isNegated ? '^' : ''}${members}]`;
}

function escaped(character: string): string {
  return String.raw`\u{${character.codePointAt(0)!.toString(16)}}`;
}
