/** A comparison as Markdown of GitHub's kind, as it stands in the summary of a workflow. */
import type { PartComparison, RunComparison } from '../comparison.ts';
import { flippedInWords } from './flipped-in-words.ts';
import { findingsOf, marks, meanings, partInWords, surroundingsOf } from './in-words.ts';

/** Of each part: a summary of a workflow may have 1 MiB. */
const mostFlipped = 20;
const textLength = 400;

export function comparisonMarkdown(comparison: RunComparison): string {
  const { baseline, run, parts, verdict, options } = comparison;
  const lines = [
    `## Linchpin: ${verdict}`,
    '',
    `${meanings[verdict]} Run \`${run.id}\` beside the baseline \`${baseline.id}\`, of ${baseline.startedAt}.`,
    '',
    '| | Part | Metric | Before | Now | Verdict |',
    '|---|---|---|---:|---:|---|',
    ...parts.flatMap(tableRows),
    '',
    ...surroundingsOf(comparison).map((line) => `- ${escaped(line)}`),
    '',
    ...parts.flatMap((part) => partDetails(part, options.tolerance)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function tableRows(part: PartComparison): string[] {
  return part.metrics.map(({ metric, before, after }) => {
    const cells = [marks[part.verdict], escaped(partInWords(part)), escaped(metric), before, after, part.verdict];
    return `| ${cells.map((cell) => (typeof cell === 'number' ? String(Number(cell.toPrecision(6))) : cell)).join(' | ')} |`;
  });
}

function partDetails(part: PartComparison, tolerance: number): string[] {
  const findings = findingsOf(part, tolerance);
  if (part.verdict === 'equal' && part.flipped.length === 0) return [];
  return [
    `### ${escaped(partInWords(part))}: ${part.verdict}`,
    '',
    ...findings.map((line) => `- ${escaped(line)}`),
    '',
    ...flippedDetails(part),
  ];
}

function flippedDetails({ flipped }: PartComparison): string[] {
  if (flipped.length === 0) return [];
  const text = flipped.slice(0, mostFlipped).flatMap((item) => flippedInWords(item, textLength));
  const rest = flipped.length > mostFlipped ? [`and ${flipped.length - mostFlipped} more`] : [];
  const fence = fenceFor(text);
  const title = `<summary>${flipped.length} ${flipped.length === 1 ? 'item' : 'items'} flipped</summary>`;
  return ['<details>', title, '', `${fence}text`, ...text, ...rest, fence, '', '</details>', ''];
}

/** Longer than any run of backticks in the text. */
function fenceFor(lines: readonly string[]): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length);
  return '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
}

/** Text that Markdown leaves as it is. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*[\]<>|~]/g, String.raw`\$&`);
}
