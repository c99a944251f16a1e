/**
 * `str.capitalize()` of Python 3, which title-cases the first character; JavaScript cannot. Equal to CPython 3.11 for every
 * code point, but for the letters to which Unicode gave a case later.
 */

/** `str.capitalize()`: the first character in title case, everything else in lower case. */
export function capitalize(text: string): string {
  const [first = ''] = text;
  // Lower-cased as a whole: whether a Σ ends its word, and becomes ς, depends on what is before it.
  return titleCase(first) + text.toLowerCase().slice(first.toLowerCase().length);
}

/** The letters that have a title case of their own, by their upper case. */
const digraphs: ReadonlyMap<string, string> = new Map([
  ['Ǆ', 'ǅ'],
  ['Ǉ', 'ǈ'],
  ['Ǌ', 'ǋ'],
  ['Ǳ', 'ǲ'],
]);

function titleCase(character: string): string {
  if (/[\u10d0-\u10ff]/.test(character)) return character; // Georgian has capitals, but does not begin words with them.
  const upper = character.toUpperCase();
  if (character === 'ŉ') return upper;
  const [first = '', ...rest] = upper;
  if (rest.at(-1) === '\u0399') return withIotaSubscript(upper);
  return digraphs.get(upper) ?? first + rest.join('').toLowerCase();
}

/** Greek vowels whose iota stands beside them in upper case, but below them in title case. */
function withIotaSubscript(upper: string): string {
  const title = `${upper.slice(0, -1)}\u0345`;
  return title.length === 2 ? title.normalize() : title;
}
