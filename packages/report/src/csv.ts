/** CSV by RFC 4180: CRLF behind every record, quotes where a field needs them, a header line. */
import { stringify } from 'csv-stringify/sync';
import { type Table, textCells } from './table.ts';

/** Records of text, the first of them the header. */
export function toCsv(records: readonly (readonly string[])[]): string {
  return stringify(
    records.map((record) => [...record]),
    // By itself the library quotes fields with CRLF only; a lone CR or LF would be read as the end of a record.
    { record_delimiter: 'windows', quoted_match: /[\r\n]/u },
  );
}

/** A table's columns and rows, and nothing else. */
export function tableToCsv(table: Table): string {
  const { headers, rows } = textCells(table);
  return toCsv([headers, ...rows]);
}
