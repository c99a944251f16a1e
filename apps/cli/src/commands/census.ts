/** `linchpin census`: what single rows and scalars do, beside controls and in pairs. */
import { searchLimit, searchSeed } from '@linchpin/defaults';
import type { WindowBos } from '@linchpin/perplexity';
import { type Command, InvalidArgumentError } from 'commander';
import { positive, wholeNumber } from '../flag-values.ts';
import {
  addOutputFlags,
  addSessionFlags,
  addStoreFlags,
  datasetsOption,
  type HarnessFlags,
  modelsOption,
  type OutputFlags,
  windowBosOption,
} from '../flags.ts';
import type { Invocation } from '../invocation.ts';

export interface CensusFlags extends OutputFlags, Omit<HarnessFlags, 'quiet'> {
  readonly model?: string[];
  readonly corpus?: string;
  readonly windows?: number;
  readonly window?: number;
  readonly windowBos?: WindowBos;
  readonly limit?: number;
  readonly allAbove?: number;
  readonly controls?: number;
  readonly seed?: number;
  readonly factors?: readonly number[];
  readonly pairs?: number;
  readonly out: string;
}

const examples = `
Examples:
  linchpin census
  linchpin census --model HuggingFaceTB/SmolLM2-135M --datasets data --all-above 5 --windows 16
  linchpin census --model huggyllama/llama-7b --model allenai/OLMo-7B-0724-hf --datasets data --factors 0 --out results/census`;

export function addCensusCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('census')
    .description('Scale what `find` names, as scalars and as rows, alone and in pairs, and compare with controls.')
    .addHelpText('after', examples)
    .addOption(modelsOption())
    .addOption(datasetsOption())
    .option('--corpus <NAME|FILE>', 'text whose loss is measured; wikitext2 when absent')
    .option('--windows <N>', 'only its first N windows; 8 when absent', wholeNumber(1))
    .option('--window <N>', 'tokens of a window; 512 when absent', wholeNumber(2))
    .addOption(windowBosOption())
    .option('--limit <N>', `most candidates of the search; ${searchLimit} when absent`, wholeNumber(1))
    .option('--all-above <R>', 'all candidates above a ratio, as `linchpin find` takes it', positive)
    .option(
      '--controls <N>',
      'random ones and largest ones, each so many for the scalars and the rows of a matrix; 5 when absent',
      wholeNumber(1),
    )
    .option('--seed <N>', `of the random controls; ${searchSeed} when absent`, wholeNumber(0))
    .option('--factors <LIST>', 'what is multiplied with, separated by commas; 0,0.5 when absent', numbers)
    .option('--pairs <N>', 'pairs of so many candidates, those that matter most; 4 when absent', wholeNumber(0))
    .option('--batch-tokens <N>', 'most tokens that are run at once, which bounds memory', wholeNumber(1))
    .option('--out <DIR>', 'folder for the files', 'results');
  addOutputFlags(
    addStoreFlags(addSessionFlags(command)),
    'write the table to this file instead; everything else goes to --out',
  ).action(async (flags: CensusFlags) => (await import('../actions/census.ts')).writeCensus(flags, invocation));
}

function numbers(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError('Expected numbers separated by commas.');
  return values;
}
