/** `linchpin sweep`: super weights times a range of factors. */
import type { Command } from 'commander';
import {
  addModelFlags,
  addOutputFlags,
  addScoringFlags,
  addStoreFlags,
  factorsOption,
  type ModelFlags,
  type ScoringFlags,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface SweepFlags extends ModelFlags, ScoringFlags {
  readonly factors?: string;
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
  addScoringFlags(addStoreFlags(addModelFlags(command))).option('--out <DIR>', 'folder for the CSV files', 'results');
  addOutputFlags(command, 'write the line of every factor to this file instead; everything else goes to --out').action(
    async (flags: SweepFlags) => (await import('../actions/sweep.ts')).sweep(flags, invocation),
  );
}
