/**
 * White space as Python 3's `str.strip` and `\s` see it: U+001C–U+001F and U+0085 count, U+FEFF does not; JavaScript's
 * `trim` and `\s` have it the other way round.
 */

/** A character class of a regular expression, without its brackets. */
export const whitespaceClass: string = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

const atStart = new RegExp(`^[${whitespaceClass}]+`);
const isSpace = new RegExp(`[${whitespaceClass}]`);

/** `str.lstrip()` */
export function stripStart(text: string): string {
  return text.replace(atStart, '');
}

/** `str.strip()` */
export function strip(text: string): string {
  return stripStart(text.slice(0, text.length - trailingWhitespace(text)));
}

/** Whether nothing is left of a text by `str.strip()`. */
export function isBlank(text: string): boolean {
  return stripStart(text) === '';
}

/** Number of UTF-16 units that `str.rstrip()` takes away. */
export function trailingWhitespace(text: string): number {
  // From the end: a regular expression that ends in `$` is tried at every space, quadratic in long runs of them.
  let end = text.length;
  while (end > 0 && isSpace.test(text[end - 1]!)) end--;
  return text.length - end;
}
