/** The tables and figures of the paper one after the other, and the report of them, into one folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stdout } from 'node:process';
import type { SavedExperiment } from '@linchpin/harness';
import {
  type FigureOptions,
  findFigure,
  findTable,
  type PaperFigure,
  type PaperTable,
  parseFactors,
} from '@linchpin/paper-super-weight';
import type { ReproduceFlags } from '../commands/reproduce.ts';
import type { Invocation } from '../invocation.ts';
import { given } from '../options.ts';
import { flagsOf, requireTaken } from '../taken-flags.ts';
import { withHarness } from '../with-harness.ts';
import { writeReport } from './report.ts';
import { optionsOf } from './table.ts';

export async function reproduce(flags: ReproduceFlags, invocation: Invocation): Promise<void> {
  // Before the first number: a number that no table or figure has.
  const tables = flags.tables.map(findTable);
  const figures = flags.figures.map(findFigure);
  const { out, model } = flags;
  requireTakenBy({ tables, figures }, flags, invocation);
  await withHarness(flags, invocation, async (harness) => {
    const planned: (() => Promise<SavedExperiment>)[] = [];
    for (const table of tables) {
      const { model: _, ...others } = flags;
      const options = optionsOf(table, { ...others, ...given({ model: model === undefined ? model : [model] }) });
      planned.push(await harness.plan(table, options, { out }));
    }
    for (const figure of figures) planned.push(await harness.plan(figure, figureOptionsOf(figure, flags), { out }));
    for (const write of planned) stdout.write(`${(await write()).words}\n`);
  });
  await writeReport(resultsOf(flags), { out: join(out, 'report.html') });
}

/** Flags that are about some tables and figures; `linchpin table` and `linchpin figure` refuse them elsewhere, too. */
const particular = ['limit', 'windows', 'quantize', 'calibration', 'factors', 'blocks'] as const;

function requireTakenBy(
  { tables, figures }: { readonly tables: readonly PaperTable[]; readonly figures: readonly PaperFigure[] },
  flags: ReproduceFlags,
  invocation: Invocation,
): void {
  const byFigures: readonly string[] = figures.flatMap(({ takes }) => takes);
  const byAny = new Set<string>([...tables.flatMap(({ takes }) => takes), ...byFigures]);
  const ofFigures = { figureLimit: 'limit', figureWindows: 'windows' };
  requireTaken(flags, invocation, {
    command: `linchpin reproduce --tables ${flags.tables.join(',')} --figures ${flags.figures.join(',')}`,
    known: [...flagsOf(particular), ...Object.keys(ofFigures)],
    taken: [
      ...flagsOf(particular.filter((option) => byAny.has(option))),
      ...Object.entries(ofFigures).flatMap(([flag, option]) => (byFigures.includes(option) ? [flag] : [])),
    ],
  });
}

/** A figure is a table a point: it may be of fewer items and windows than the tables. */
function figureOptionsOf({ takes }: PaperFigure, flags: ReproduceFlags): FigureOptions {
  const { model, figureLimit, figureWindows, blocks, superWeight: superWeights } = flags;
  const limit = figureLimit ?? flags.limit;
  const windows = figureWindows ?? flags.windows;
  const factors = flags.factors === undefined ? undefined : parseFactors(flags.factors);
  return given({
    model,
    superWeights,
    ...(takes.includes('limit') ? { limit } : {}),
    ...(takes.includes('windows') ? { windows } : {}),
    ...(takes.includes('factors') ? { factors } : {}),
    ...(takes.includes('blocks') ? { blocks } : {}),
  });
}

/** What these tables and figures have written, and nothing else that lies in the folder. */
function resultsOf({ tables, figures, out }: ReproduceFlags): string[] {
  const named = [...tables.map((number) => `table-${number}`), ...figures.map((number) => `figure-${number}`)];
  const texts = figures
    .map((number) => `figure-${number}-texts`)
    .filter((name) => existsSync(join(out, `${name}.json`)));
  return [...named, ...texts].map((name) => join(out, `${name}.json`));
}
