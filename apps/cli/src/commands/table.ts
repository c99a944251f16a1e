/** `linchpin table N`: a whole table of the paper. */
import type { WindowBos } from '@linchpin/perplexity';
import type { BosRule } from '@linchpin/plugin-api';
import type { Command } from 'commander';
import {
  addModelFlags,
  addOutputFlags,
  bosOption,
  type ModelFlags,
  share,
  windowBosOption,
  wholeNumber,
} from '../flags.ts';
import { interruptible } from '../interrupt.ts';

export interface TableFlags extends ModelFlags {
  readonly bos?: BosRule;
  readonly windowBos?: WindowBos;
  readonly limit?: number;
  readonly outlierFraction?: number;
  readonly out: string;
}

const examples = `
Examples:
  linchpin table 1
  linchpin table 1 --model huggyllama/llama-7b --datasets data --out results/llama-7b`;

export function addTableCommand(program: Command): void {
  const command = program
    .command('table')
    .argument('<number>', 'table of the paper, for example 1; `linchpin ls tables` lists them')
    .description('Write a table of the super-weight paper as CSV.')
    .addHelpText('after', examples);
  addModelFlags(command)
    .addOption(bosOption("what the model's card says, or never, as in the paper's runs, when absent"))
    .addOption(windowBosOption())
    .option('--limit <N>', 'only the first N items of every task and N windows of every corpus', wholeNumber(1))
    .option(
      '--outlier-fraction <F>',
      "share of each matrix that Prune Non-SW removes; what the model's card says, or the paper's 1e-6, when absent",
      share,
    )
    .option('--out <DIR>', 'folder for the CSV files', 'results');
  addOutputFlags(command, 'write the table to this file instead; the numbers with their provenance go to --out').action(
    async (number: string, flags: TableFlags) =>
      interruptible(async (signal) => (await import('../actions/table.ts')).writeTable(number, flags, signal)),
  );
}
