/** `linchpin nightly`: a matrix of evaluations, compared with a baseline. */
import { type Command } from 'commander';
import { wholeNumber } from '../flag-values.ts';
import { addModelFlags, addOutputFlags, defaultStore, type ModelFlags, modelsOption } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { addComparisonFlags, type ComparisonFlags } from './compare.ts';

export interface NightlyFlags extends Omit<ModelFlags, 'model' | 'csv'>, ComparisonFlags {
  readonly config?: string;
  readonly model?: string[];
  readonly baseline?: string;
  readonly limit?: number;
  readonly windows?: number;
  readonly resume?: true;
  readonly out?: string;
}

const examples = `
What runs is the \`nightly\` of linchpin.config.ts; the embedded mini model with and without its super weight on a few
items where there is none.

Examples:
  linchpin nightly
  linchpin nightly --baseline baseline.run --out results/nightly
  linchpin nightly --config nightly.config.ts --baseline 20260101 --judge tests`;

export function addNightlyCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('nightly')
    .description('Run a matrix of models, interventions and tasks, and compare it with a baseline.')
    .addHelpText('after', examples)
    .option('--baseline <FILE|RUN>', 'what is compared with: an exported run, or a run of the store');
  addModelFlags(command, modelsOption())
    .option('--limit <N>', 'only the first N items of every task', wholeNumber(1))
    .option('--windows <N>', 'only the first N windows of every corpus', wholeNumber(1))
    .option('--store <DIR>', 'folder of the store in which the run is recorded', defaultStore)
    .option('--no-store', 'record the run in its file alone')
    .option('--resume', 'go on with what an interrupted night has left in the store; no speed is compared then')
    .option('--out <DIR>', 'folder of the results; results/nightly when absent');
  addOutputFlags(addComparisonFlags(command)).action(async (_: NightlyFlags, self: Command) =>
    (await import('../actions/nightly.ts')).runNightly(self.optsWithGlobals<NightlyFlags>(), invocation),
  );
}
