/** Tables on stdout, as text or JSON, and as CSV into a file. */
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { stderr, stdout } from 'node:process';
import type { ResultRow } from '@linchpin/plugin-api';
import { renderTable, resultRowsToCsv, tableToCsv, writeFileAtomically } from '@linchpin/report';
import type { Command } from 'commander';
import { cannotWrite } from './errors.ts';

export interface OutputFlags {
  readonly json?: true;
  readonly csv?: string;
  readonly quiet?: true;
}

/** Adds the flags of OutputFlags. */
export function addOutputFlags(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('--csv <FILE>', 'write the result to a CSV file, too')
    .option('--quiet', 'no progress and no remarks');
}

/** A table of plain cells. */
export interface Listing {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export async function printListing({ columns, rows }: Listing, flags: OutputFlags): Promise<void> {
  const cells = rows.map((row) => row.map(String));
  if (flags.csv !== undefined) await writeFileAtomically(flags.csv, tableToCsv({ columns, rows: cells }));
  const objects = rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
  stdout.write(flags.json === true ? `${JSON.stringify(objects, null, 2)}\n` : `${renderTable({ columns, rows: cells })}\n`);
}

/** Result rows: an lm-eval-like table or JSON on stdout, everything about each number in the CSV. */
export async function printResults(rows: readonly ResultRow[], flags: OutputFlags): Promise<void> {
  if (flags.csv !== undefined) await writeFileAtomically(flags.csv, resultRowsToCsv(rows));
  if (flags.json === true) {
    stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const columns = ['Task', 'Version', 'Metric', 'Value', '±', 'Stderr', 'Correct', 'Items', 'Skipped'];
  const cells = rows.map((row) => [
    row.task,
    String(row.taskVersion),
    row.metric,
    row.value.toFixed(4),
    '±',
    row.standardError === null ? 'N/A' : row.standardError.toFixed(4),
    row.correct === null ? '' : String(row.correct),
    String(row.items),
    String(row.skipped),
  ]);
  stdout.write(`${renderTable({ columns, rows: cells })}\n`);
}

/** Throws when a file could not be written later, before anything is computed for it. */
export async function requireWritable(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  try {
    await access(dirname(resolve(file)), constants.W_OK);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** Makes a folder for results, with those above it. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
}

/** A remark on stderr, unless the user wants none. */
export function remark(text: string, flags: OutputFlags): void {
  if (flags.quiet !== true) stderr.write(`${text}\n`);
}
