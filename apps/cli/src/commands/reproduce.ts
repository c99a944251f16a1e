/** `linchpin reproduce`: the paper's tables and figures of one model, and the report of them. */
import type { Command } from 'commander';
import {
  addStoreFlags,
  datasetsOption,
  modelOption,
  type StoreFlags,
  superWeightOption,
  wholeNumber,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface ReproduceFlags extends StoreFlags {
  readonly model?: string;
  readonly datasets?: string;
  readonly superWeight?: string[];
  readonly tables: readonly string[];
  readonly figures: readonly string[];
  readonly limit?: number;
  readonly out: string;
  readonly quiet?: true;
}

const examples = `
Examples:
  linchpin reproduce
  linchpin reproduce --model huggyllama/llama-7b --datasets data --figures 3,7,11 --out results/llama-7b`;

export function addReproduceCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('reproduce')
    .description('Write tables and figures of the super-weight paper, and a report of them as one HTML page.')
    .addHelpText('after', examples)
    .addOption(modelOption())
    .addOption(datasetsOption())
    .addOption(superWeightOption())
    .option('--tables <NUMBERS>', 'tables, separated by commas', numbers, ['1', '2', '3'])
    .option('--figures <NUMBERS>', 'figures, separated by commas', numbers, ['1', '3', '4', '10', '11'])
    .option(
      '--limit <N>',
      'of the tables: only the first N items of every task and N windows of every corpus',
      wholeNumber(1),
    )
    .option('--out <DIR>', 'folder for all files; the report is report.html in it', 'results')
    .option('--quiet', 'no progress, no warnings, no remarks');
  addStoreFlags(command).action(async (flags: ReproduceFlags) =>
    (await import('../actions/reproduce.ts')).reproduce(flags, invocation),
  );
}

function numbers(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}
