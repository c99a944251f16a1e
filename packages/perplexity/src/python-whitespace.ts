/**
 * White space as Python's `str.strip` and `\s` see it: U+001C–U+001F and U+0085 count, U+FEFF does not; JavaScript's
 * `trim` and `\s` have it the other way round. A character class without its brackets.
 */
export const pythonWhitespace: string = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

const blank = new RegExp(`^[${pythonWhitespace}]*$`, 'u');
const outside = new RegExp(`^[${pythonWhitespace}]+|[${pythonWhitespace}]+$`, 'gu');

/** `not text.strip()` */
export function isBlank(text: string): boolean {
  return blank.test(text);
}

/** `text.strip()` */
export function strip(text: string): string {
  return text.replaceAll(outside, '');
}
