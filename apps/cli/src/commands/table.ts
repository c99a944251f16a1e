/** `linchpin table N`: a whole table of the paper. */
import { join } from 'node:path';
import { stdout } from 'node:process';
import { miniFolder } from '@linchpin/datasets';
import type { BosRule } from '@linchpin/plugin-api';
import { type Command } from 'commander';
import { unknownTable } from '../errors.ts';
import { addModelFlags, type ModelFlags, share, wholeNumber } from '../flags.ts';
import { tables } from '../generated/tables.ts';
import { interruptible } from '../interrupt.ts';
import { openModel, type OpenedModel } from '../open-model.ts';
import { makeFolder, requireWritable } from '../output.ts';
import { createProgress } from '../progress.ts';
import { runFacts } from '../run-facts.ts';
import { runTable } from '../tables/run-table.ts';
import { saveTable, showTable } from '../tables/show-table.ts';
import type { PaperTable } from '../tables/paper-table.ts';

interface TableFlags extends ModelFlags {
  readonly limit?: number;
  readonly out: string;
  readonly csv?: string;
  readonly outlierFraction?: number;
}

export function addTableCommand(program: Command): void {
  const command = program.command('table').argument('<number>', 'table of the paper, for example 1').description('Write a table of the super-weight paper.');
  addModelFlags(command)
    .option('--limit <N>', 'only the first N items of every task and N windows of every corpus', wholeNumber(1))
    .option('--outlier-fraction <F>', "share of each matrix that Prune Non-SW removes; the paper's 1e-6, or what the model's card says", share)
    .option('--out <DIR>', 'folder for the CSV files', 'results')
    .option('--csv <FILE>', 'write the table to this file instead of the folder')
    .action(async (number: string, flags: TableFlags) => interruptible((signal) => writeTable(findTable(number), flags, signal)));
}

function findTable(number: string): PaperTable {
  const table = tables.find((candidate) => String(candidate.number) === number);
  if (table === undefined) throw unknownTable(number, tables.map((candidate) => String(candidate.number)));
  return table;
}

async function writeTable(table: PaperTable, flags: TableFlags, signal: AbortSignal): Promise<void> {
  const opened = await openModel(flags);
  // What would stop the table is asked before the first number is computed.
  const rows = table.rows(opened, { outlierFraction: flags.outlierFraction ?? opened.card?.pruneOutliers?.fraction ?? 1e-6 });
  const files = {
    table: flags.csv ?? join(flags.out, `table-${table.number}.csv`),
    numbers: join(flags.out, `table-${table.number}-numbers.csv`),
  };
  await makeFolder(flags.out);
  await requireWritable(flags.csv);
  const result = await runTable(opened, { table, rows }, {
    flags,
    datasets: flags.datasets ?? miniFolder,
    ...(flags.limit === undefined ? {} : { limit: flags.limit }),
    bos: bosOf(flags, opened),
    facts: await runFacts(opened),
    progress: createProgress(flags.quiet === true),
    signal,
    partial: join(flags.out, `table-${table.number}-numbers.partial.csv`),
  });
  await saveTable(table, result, files);
  stdout.write(flags.json === true ? `${JSON.stringify({ table: result.table, numbers: result.numbers }, null, 2)}\n` : showTable(table, result, { files, opened, flags }));
}

/** The paper's runs had no BOS (lm-evaluation-harness 0.4.3); a model's card may need one. */
function bosOf(flags: TableFlags, opened: OpenedModel): BosRule {
  return flags.bos ?? opened.card?.bos ?? 'never';
}
