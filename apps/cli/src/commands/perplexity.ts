/** `linchpin perplexity`: a corpus in windows, by the papers' protocols. */
import type { WindowBos } from '@linchpin/perplexity';
import type { Command } from 'commander';
import { wholeNumber } from '../flag-values.ts';
import {
  addCalibrationFlags,
  addModelFlags,
  addOutputFlags,
  addStoreFlags,
  type InterventionFlags,
  interventionOption,
  windowBosOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface PerplexityFlags extends InterventionFlags {
  readonly corpus: string;
  readonly window?: number;
  readonly windows?: number;
  readonly windowBos?: WindowBos;
}

const examples = `
Examples:
  linchpin perplexity --corpus wikitext2 --windows 4
  linchpin perplexity --corpus book.txt --window 512 --intervention prune-super-weight`;

export function addPerplexityCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('perplexity')
    .description('Perplexity of WikiText-2, C4 or a file.')
    .addHelpText('after', examples)
    .requiredOption('--corpus <NAME|FILE>', 'wikitext2, c4, or a text or JSONL file')
    .addOption(interventionOption());
  addStoreFlags(addCalibrationFlags(addModelFlags(command)))
    .option(
      '--window <N>',
      "tokens of a window, at most the model's context; what the model's card says, or 2048, when absent",
      wholeNumber(2),
    )
    .option('--windows <N>', 'only the first N windows', wholeNumber(1))
    .addOption(windowBosOption());
  addOutputFlags(command, 'write the number with its provenance to a CSV file').action(async (flags: PerplexityFlags) =>
    (await import('../actions/perplexity.ts')).measurePerplexity(flags, invocation),
  );
}
