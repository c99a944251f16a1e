/** A comparison for the terminal. */
import type { PartComparison, RunComparison } from '../comparison.ts';
import { flippedInWords } from './flipped-in-words.ts';
import { findingsOf, marks, meanings, partInWords, surroundingsOf } from './in-words.ts';

/** Of each part; all of them are in the JSON. */
const mostFlipped = 5;
const textLength = 70;

export function comparisonText(comparison: RunComparison): string {
  const { baseline, run, parts, verdict, options } = comparison;
  return [
    `${run.id} beside the baseline ${baseline.id}, of ${baseline.startedAt}`,
    '',
    ...parts.flatMap((part) => partText(part, options.tolerance)),
    ...surroundingsOf(comparison),
    '',
    `${verdict}: ${meanings[verdict]}`,
    '',
  ].join('\n');
}

function partText(part: PartComparison, tolerance: number): string[] {
  const { verdict, flipped } = part;
  const more = flipped.length - mostFlipped;
  return [
    `${marks[verdict]} ${partInWords(part)}: ${verdict}`,
    ...findingsOf(part, tolerance).map((line) => `    ${line}`),
    ...flipped.slice(0, mostFlipped).flatMap((item) => flippedInWords(item, textLength).map((line) => `    ${line}`)),
    ...(more > 0 ? [`    and ${more} more items that flipped`] : []),
  ];
}
