/** Runs the commands of tables, figures and the report one after the other, into one folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stdout } from 'node:process';
import type { ReproduceFlags } from '../commands/reproduce.ts';
import { findFigure, writeFigure } from './figure.ts';
import { writeReport } from './report.ts';
import { findTable, writeTables } from './table.ts';

export async function reproduce(flags: ReproduceFlags, signal: AbortSignal): Promise<void> {
  const { tables, figures, limit, model, datasets, superWeight, ...shared } = flags;
  // Before the first number: a number that no table or figure has.
  tables.forEach(findTable);
  figures.forEach(findFigure);
  for (const number of tables) {
    const { takes = [] } = findTable(number);
    const taken = {
      ...takenOf({ datasets, limit, superWeight }, takes),
      ...given({ model: model === undefined ? model : [model] }),
    };
    await writeTables([number], { ...shared, ...taken }, signal);
    stdout.write('\n');
  }
  for (const number of figures) {
    const { takes, remembersNothing } = findFigure(number);
    const { fresh, ...others } = shared;
    const taken = {
      ...takenOf({ datasets }, takes),
      ...given({ model, superWeight, fresh: remembersNothing === true ? undefined : fresh }),
    };
    await writeFigure(number, { ...others, ...taken }, signal);
    stdout.write('\n');
  }
  await writeReport(resultsOf(flags), { out: join(flags.out, 'report.html') });
}

/** What these tables and figures have written, and nothing else that lies in the folder. */
function resultsOf({ tables, figures, out }: ReproduceFlags): string[] {
  const named = [...tables.map((number) => `table-${number}`), ...figures.map((number) => `figure-${number}`)];
  const texts = figures
    .map((number) => `figure-${number}-texts`)
    .filter((name) => existsSync(join(out, `${name}.json`)));
  return [...named, ...texts].map((name) => join(out, `${name}.json`));
}

type Given<Flags> = { [Name in keyof Flags]?: Exclude<Flags[Name], undefined> };

/** Flags that were given, of those that a table or figure takes: the others would be refused. */
function takenOf<Flags extends object>(flags: Flags, takes: readonly string[]): Given<Flags> {
  return given(Object.fromEntries(Object.entries(flags).filter(([name]) => takes.includes(name))) as Flags);
}

function given<Flags extends object>(flags: Flags): Given<Flags> {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as Given<Flags>;
}
