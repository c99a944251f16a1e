/**
 * Undoes WikiText's spaced punctuation, step by step as lm-evaluation-harness's `wikitext_detokenizer` does
 * (`lm_eval/tasks/wikitext/preprocess_wikitext.py`, 0.4.13), oddities included: the second step has slashes in its
 * pattern and so hardly ever applies, and quotation marks are paired across whatever stands between them.
 */
import { whitespaceClass } from '@linchpin/python-strings';

type Step = readonly [pattern: string | RegExp, replacement: string];

const space = `[${whitespaceClass}]*`;

const steps: readonly Step[] = [
  ["s '", "s'"],
  [/\/' [0-9]\//gu, "/'[0-9]/"],
  [' @-@ ', '-'],
  [' @,@ ', ','],
  [' @.@ ', '.'],
  [' : ', ': '],
  [' ; ', '; '],
  [' . ', '. '],
  [' ! ', '! '],
  [' ? ', '? '],
  [' , ', ', '],
  between(String.raw`\(`, String.raw`\)`, '($1)'),
  between(String.raw`\[`, String.raw`\]`, '[$1]'),
  between(String.raw`\{`, String.raw`\}`, '{$1}'),
  between('"', '"', '"$1"'),
  between("'", "'", "'$1'"),
  ['= = = =', '===='],
  ['= = =', '==='],
  ['= =', '=='],
  [' ° ', '°'],
  [' \n', '\n'],
  ['\n ', '\n'],
  [' N ', ' 1 '],
  [" 's", "'s"],
];

/** The text that lm-evaluation-harness scores for a page. */
export function detokenizeWikitext(page: string): string {
  return steps.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), page);
}

/** Takes the white space inside a pair of marks away. */
function between(open: string, close: string, replacement: string): Step {
  return [new RegExp(`${open}${space}([^${close}]*?)${space}${close}`, 'gu'), replacement];
}
