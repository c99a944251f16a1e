/** `linchpin sweep`: super weights times a range of factors. */
import type { WindowBos } from '@linchpin/perplexity';
import type { BosRule } from '@linchpin/plugin-api';
import type { Command } from 'commander';
import {
  addModelFlags,
  addOutputFlags,
  addStoreFlags,
  bosOption,
  factorsOption,
  type ModelFlags,
  limitOption,
  windowBosOption,
  windowsOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface SweepFlags extends ModelFlags {
  readonly factors?: string;
  readonly bos?: BosRule;
  readonly windowBos?: WindowBos;
  readonly limit?: number;
  readonly windows?: number;
  readonly out: string;
}

const examples = `
Examples:
  linchpin sweep
  linchpin sweep --factors 0:3:0.25 --limit 50
  linchpin sweep --model huggyllama/llama-7b --datasets data --factors 0,0.5,1.5,2 --out results/llama-7b`;

export function addSweepCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('sweep')
    .description('Multiply all super weights by a range of factors, and compare every factor with the unchanged model.')
    .addHelpText('after', examples)
    .addOption(factorsOption());
  addStoreFlags(addModelFlags(command))
    .addOption(bosOption("what the model's card says, or never, as in the paper's runs, when absent"))
    .addOption(windowBosOption())
    .addOption(limitOption())
    .addOption(windowsOption())
    .option('--out <DIR>', 'folder for the CSV files', 'results');
  addOutputFlags(command, 'write the line of every factor to this file instead; everything else goes to --out').action(
    async (flags: SweepFlags) => (await import('../actions/sweep.ts')).sweep(flags, invocation),
  );
}
