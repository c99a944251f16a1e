/** A table for a terminal or a log file: plain text without colour, columns of numbers aligned at their right. */
import CliTable from 'cli-table3';
import { type Table, textCells } from './table.ts';

/** No lines but one above, one below, and one under the header. */
const frame = {
  top: '─',
  'top-mid': '─',
  'top-left': '',
  'top-right': '',
  bottom: '─',
  'bottom-mid': '─',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

const underHeader = { mid: '─', 'mid-mid': '─' };

/** Lines without a newline at the end. */
export function renderTable(table: Table): string {
  const { headers, rows } = textCells(table);
  const rendered = new CliTable({
    head: headers,
    chars: frame,
    colAligns: headers.map((_, column) => (rows.every((row) => isNumeric(row[column]!)) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
  });
  rendered.push(
    ...rows.map((row, index) => (index === 0 ? row.map((content) => ({ content, chars: underHeader })) : row)),
  );
  return rendered
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Cells that may stand in a column of numbers. */
function isNumeric(text: string): boolean {
  return text === '' || text === 'N/A' || !Number.isNaN(Number(text));
}
