/** `linchpin perplexity`: a corpus in windows, by the papers' protocols. */
import type { WindowBos } from '@linchpin/perplexity';
import type { Command } from 'commander';
import { collect, wholeNumber } from '../flag-values.ts';
import {
  addCalibrationFlags,
  addModelFlags,
  addOutputFlags,
  addStoreFlags,
  type InterventionFlags,
  interventionOption,
  referenceOption,
  windowBosOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface PerplexityFlags extends InterventionFlags {
  readonly corpus: readonly string[];
  readonly reference?: readonly string[];
  readonly stride?: number;
  readonly perDocument?: true | string;
  readonly window?: number;
  readonly windows?: number;
  readonly windowBos?: WindowBos;
}

const examples = `
Examples:
  linchpin perplexity --corpus wikitext2 --windows 4
  linchpin perplexity --corpus book.txt --window 512 --intervention prune-super-weight
  linchpin perplexity --corpus texts.jsonl --corpus more.jsonl --per-document documents.jsonl`;

export function addPerplexityCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('perplexity')
    .description('Perplexity of WikiText-2, C4 or a file.')
    .addHelpText('after', examples)
    .requiredOption(
      '--corpus <NAME|FILE>',
      'wikitext2, c4, or a text or JSONL file; several times for several',
      collect,
    )
    .addOption(interventionOption())
    .addOption(referenceOption());
  addStoreFlags(addCalibrationFlags(addModelFlags(command)))
    .option(
      '--window <N>',
      "tokens of a window, at most the model's context; what the model's card says, or 2048, when absent",
      wholeNumber(2),
    )
    .option('--windows <N>', 'only the first N windows', wholeNumber(1))
    .option('--stride <N>', 'tokens from one window to the next, at most a window: windows overlap', wholeNumber(1))
    .option('--per-document [FILE]', 'scores documents by themselves, and writes each into a JSONL file')
    .addOption(windowBosOption());
  addOutputFlags(command, 'write the number with its provenance to a CSV file').action(async (flags: PerplexityFlags) =>
    (await import('../actions/perplexity.ts')).measurePerplexity(flags, invocation),
  );
}
