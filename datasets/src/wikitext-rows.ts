import { isBlank } from '@linchpin/python-strings';

/** The `text` of the hub's row for a line of WikiText's raw file: the line with its end, or nothing for a blank one. */
export function wikitextRow(line: string): string {
  return isBlank(line) ? '' : line;
}
