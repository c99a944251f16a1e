/**
 * Words that carry grammar rather than meaning, and the punctuation that the paper names with them. It has no list;
 * articles, conjunctions, prepositions, pronouns and forms of "to be" are what its plots call stop-words.
 */
const stopWords: ReadonlySet<string> = new Set(
  `the a an and or but if of to in on at by for with from as that this it he she they we you i his her him my your me
  them their our its is was are were be been not no so then than . , ; : ! ? " ' - ’ “ ”`.split(/\s+/),
);

/** Whether a token's text is one of them, white space and case aside. */
export function isStopWord(text: string): boolean {
  return stopWords.has(text.trim().toLowerCase());
}
