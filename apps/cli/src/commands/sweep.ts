/** `linchpin sweep`: super weights times a range of factors. */
import type { Command } from 'commander';
import { addModelFlags, addOutputFlags, bosOption, windowBosOption, wholeNumber } from '../flags.ts';
import { interruptible } from '../interrupt.ts';
import { factorsOption } from '../sweep/factors-option.ts';
import { addStoreFlags } from '../store/store-flags.ts';
import type { SweepOptions } from '../sweep/plan-sweep.ts';

export interface SweepFlags extends SweepOptions {
  readonly out: string;
}

const examples = `
Examples:
  linchpin sweep
  linchpin sweep --factors 0:3:0.25 --limit 50
  linchpin sweep --model huggyllama/llama-7b --datasets data --factors 0,0.5,1.5,2 --out results/llama-7b`;

export function addSweepCommand(program: Command): void {
  const command = program
    .command('sweep')
    .description('Multiply all super weights by a range of factors, and compare every factor with the unchanged model.')
    .addHelpText('after', examples)
    .addOption(factorsOption());
  addStoreFlags(addModelFlags(command))
    .addOption(bosOption("what the model's card says, or never, as in the paper's runs, when absent"))
    .addOption(windowBosOption())
    .option('--limit <N>', 'only the first N items of every task and N windows of every corpus', wholeNumber(1))
    .option('--out <DIR>', 'folder for the CSV files', 'results');
  addOutputFlags(command, 'write the line of every factor to this file instead; everything else goes to --out').action(
    async (flags: SweepFlags) =>
      interruptible(async (signal) => (await import('../actions/sweep.ts')).sweep(flags, signal)),
  );
}
