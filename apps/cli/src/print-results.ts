/** Results on stdout, as a table with notes or as JSON, and as CSV in a file. */
import { stderr, stdout } from 'node:process';
import type { Outcome } from '@linchpin/harness';
import { jsonText, renderTable, resultRowsToCsv, type Table, writeFileAtomically } from '@linchpin/report';
import type { OutputFlags } from './flags.ts';

/** Numbers to be given back. */
export interface Results extends Outcome {
  /** The numbers as a reader wants them. */
  readonly table: Table;
}

/** A table or JSON on stdout; everything about each number in the CSV. */
export async function printResults({ rows, notes, table }: Results, flags: OutputFlags): Promise<void> {
  if (flags.csv !== undefined) await writeFileAtomically(flags.csv, resultRowsToCsv(rows));
  if (flags.json === true) {
    if (flags.quiet !== true) for (const note of notes) stderr.write(`${note}\n`);
    stdout.write(jsonText(rows));
    return;
  }
  stdout.write([renderTable(table), ...notes, ''].join('\n'));
}
