/**
 * White space as Python's `str.rstrip` sees it: U+001C–U+001F and U+0085 count, U+FEFF does not; JavaScript's `trimEnd`
 * has it the other way round.
 */
const whitespaceAtEnd = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/u;

/** Number of UTF-16 units of white space at the end of a text. */
export function trailingWhitespace(text: string): number {
  return whitespaceAtEnd.exec(text)?.[0].length ?? 0;
}
