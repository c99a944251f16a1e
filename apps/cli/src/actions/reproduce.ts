/** Runs the commands of tables, figures and the report one after the other, into one folder. */
import { join } from 'node:path';
import { stdout } from 'node:process';
import type { ReproduceFlags } from '../commands/reproduce.ts';
import { findFigure, writeFigure } from './figure.ts';
import { writeReport } from './report.ts';
import { findTable, writeTables } from './table.ts';

export async function reproduce(flags: ReproduceFlags, signal: AbortSignal): Promise<void> {
  const { tables, figures, limit, model, superWeight, ...shared } = flags;
  // Before the first number: a number that no table or figure has.
  tables.forEach(findTable);
  figures.forEach(findFigure);
  const weights = superWeight === undefined ? {} : { superWeight };
  for (const number of tables) {
    const { takes } = findTable(number);
    const taken = takes?.includes('superWeight') === true ? weights : {};
    const table = { ...shared, ...taken, ...(model === undefined ? {} : { model: [model] }) };
    await writeTables([number], { ...table, ...(limit === undefined ? {} : { limit }) }, signal);
    stdout.write('\n');
  }
  for (const number of figures) {
    await writeFigure(number, { ...shared, ...weights, ...(model === undefined ? {} : { model }) }, signal);
    stdout.write('\n');
  }
  await writeReport([flags.out], { out: join(flags.out, 'report.html') });
}
