/**
 * Answers that are written, as lm-evaluation-harness 0.4.13 compares them (`exact_match` of `api/metrics.py`, `RegexFilter` of
 * `filters/extraction.py`). Its regular expressions are Python's; those that tasks use mean the same here but for `$`, which
 * Python also finds before a last newline.
 */
import type { WrittenJudgement, WritingRule } from '@linchpin/plugin-api';
import { strip } from '@linchpin/python-strings';

type Judge = WritingRule['judges'][number];

/** What a text says whose pattern is not found. */
const notFound = '[invalid]';

export interface MatchOptions {
  /** Takes the answer out of the text. */
  readonly extract: (text: string) => string;
  /** Makes the same of what is equal; of the text's answer and of the accepted ones. */
  readonly normalize: (text: string) => string;
}

/** Right is a text whose answer is one of the accepted ones. */
export function exactMatch({ extract, normalize }: MatchOptions): Judge {
  return (text, answers): WrittenJudgement => {
    const said = extract(text);
    const normal = normalize(said);
    return { said, isRight: answers.some((answer) => normalize(answer) === normal) };
  };
}

/** The first or the last match of a pattern: its first group that holds something, without white space around it. */
export function extracted(pattern: RegExp, which: 'first' | 'last'): (text: string) => string {
  return (text) => {
    const match = [...text.matchAll(pattern)].at(which === 'first' ? 0 : -1);
    if (match === undefined) return notFound;
    const groups = match.slice(1);
    return strip((groups.length === 1 ? groups[0] : groups.find((group) => (group ?? '') !== '')) ?? notFound);
  };
}

/** Removes what each pattern finds, one pattern after the other. */
export function without(patterns: readonly RegExp[], text: string): string {
  return patterns.reduce((rest, pattern) => rest.replaceAll(pattern, ''), text);
}

/** Python's `string.punctuation`. */
export const punctuation: RegExp = /[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g;

/** lm-evaluation-harness's `max_gen_toks`. */
export const writtenAnswerTokens = 256;
