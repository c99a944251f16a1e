/**
 * Cuts a word where a byte-pair encoding provably never joins, so that the library's time per word, and its cache of
 * short words, count for the words of a language also where a tokenizer has no pre-tokenizer (LLaMA: a whole text is one
 * word there). Exact: a merge joins the last character of one token with the first of the next; between two characters
 * that no merge joins, nothing can ever be merged, and merges on either side do not depend on each other.
 */
export function pieceSplitter(merges: readonly (readonly [string, string])[]): (word: string) => string[] {
  const joined = new Set(merges.map(([left, right]) => pairKey(left.charCodeAt(left.length - 1), right.charCodeAt(0))));
  return (word) => {
    const pieces: string[] = [];
    let start = 0;
    for (let at = 1; at < word.length; at++) {
      const next = word.charCodeAt(at);
      if (isLowSurrogate(next) || joined.has(pairKey(word.charCodeAt(at - 1), next))) continue;
      pieces.push(word.slice(start, at));
      start = at;
    }
    pieces.push(word.slice(start));
    return pieces;
  };
}

function pairKey(left: number, right: number): number {
  return left * 0x10000 + right;
}

/** The second half of a character beyond U+FFFF. */
function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
