/** Plain lists of `linchpin ls`: objects as JSON, the same as a table in text and CSV. */
import { stdout } from 'node:process';
import { jsonText, renderTable, type Table, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { OutputFlags } from './flags.ts';

/** Things with the same fields, in the order of the columns. */
export type Listing = readonly { readonly [field: string]: ListedValue }[];

type ListedValue = string | number | null | readonly string[] | { readonly [name: string]: string };

export async function printListing(listing: Listing, flags: OutputFlags): Promise<void> {
  if (flags.csv !== undefined) await writeFileAtomically(flags.csv, tableToCsv(tableOf(listing, '; ')));
  stdout.write(flags.json === true ? jsonText(listing) : `${renderTable(tableOf(listing, '\n'))}\n`);
}

/** `between` stands between the named values of one cell. */
function tableOf(listing: Listing, between: string): Table {
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
