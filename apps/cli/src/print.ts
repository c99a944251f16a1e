/** Results on stdout, as a table with notes or as JSON, and as CSV in a file. */
import { stdout } from 'node:process';
import type { ResultRow } from '@linchpin/plugin-api';
import { renderTable, resultRowsToCsv, type Table, writeFileAtomically } from '@linchpin/report';
import type { OutputFlags } from './flags.ts';
import { jsonText } from './json-text.ts';
import { remark } from './remark.ts';

/** Numbers to be given back. */
export interface Results {
  readonly rows: readonly ResultRow[];
  /** What should be known of the numbers. */
  readonly notes: readonly string[];
  /** The numbers as a reader wants them. */
  readonly table: Table;
}

/** A table or JSON on stdout; everything about each number in the CSV. */
export async function printResults({ rows, notes, table }: Results, flags: OutputFlags): Promise<void> {
  if (flags.csv !== undefined) await writeFileAtomically(flags.csv, resultRowsToCsv(rows));
  if (flags.json === true) {
    for (const note of notes) remark(note, flags);
    stdout.write(jsonText(rows));
    return;
  }
  stdout.write([renderTable(table), ...notes, ''].join('\n'));
}
