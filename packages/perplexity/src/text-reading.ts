/** The text of WikiText-2 as evaluators read it: the rows of the hub's data set, joined (IST-DASLab/gptq `datautils.py`). */
import { wikitextRow } from '@linchpin/datasets';

/**
 * What becomes of a file's text before it is tokenised: `wikitext-rows` rebuilds what evaluators make of the hub's data
 * set (see `wikitextRows`), `as-is` changes nothing.
 */
export type TextReading = 'wikitext-rows' | 'as-is';

/** The text that a file stands for. */
export function textOfFile(file: string, reading: TextReading): string {
  return reading === 'as-is' ? file : wikitextRows(file).join('\n\n');
}

/**
 * The `text` rows of the hub's `wikitext-2-raw-v1`: a line with its newline, or the empty string for a blank line.
 * Joined by two newlines, as GPTQ does, they give runs of newlines that are all kept.
 */
export function wikitextRows(file: string): string[] {
  const lines = file.split('\n');
  const last = lines.pop() ?? '';
  const rows = lines.map((line) => `${line}\n`);
  if (last !== '') rows.push(last);
  return rows.map(wikitextRow);
}
