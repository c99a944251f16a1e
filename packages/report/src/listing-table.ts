/** Plain lists of things with the same fields, as tables. */
import type { Table } from './table.ts';

/** Things with the same fields, in the order of the columns. */
export type Listing = readonly { readonly [field: string]: ListedValue }[];

type ListedValue = string | number | null | readonly string[] | { readonly [name: string]: string };

/** Characters of a line of a cell, so that a table fits most terminals. */
const cellWidth = 60;

/** Words that would make a cell wider go to its next line, a little further in. */
export function wrapCells({ columns, rows }: Table): Table {
  return { columns, rows: rows.map((row) => row.map((cell) => (typeof cell === 'string' ? wrap(cell) : cell))) };
}

function wrap(text: string): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    let last = '';
    for (const word of line.split(' ')) {
      const longer = last === '' ? word : `${last} ${word}`;
      if (longer.length <= cellWidth || last === '') last = longer;
      else {
        lines.push(last);
        last = `  ${word}`;
      }
    }
    lines.push(last);
  }
  return lines.join('\n');
}

/** `between` stands between the named values of one cell. */
export function listingTable(listing: Listing, between: string): Table {
  const fields = Object.keys(listing[0] ?? {});
  return {
    columns: fields,
    rows: listing.map((item) => fields.map((field) => cellOf(item[field] ?? null, between))),
  };
}

function cellOf(value: ListedValue, between: string): string | number | null {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.join(', ');
  return Object.entries(value)
    .map(([name, text]) => `${name}: ${text}`)
    .join(between);
}

/** `Array.isArray` does not tell read-only arrays from objects. */
function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}
