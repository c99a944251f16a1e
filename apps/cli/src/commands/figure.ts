/** `linchpin figure N`: a figure of the paper. */
import { clippingDeviations, searchPrompt } from '@linchpin/defaults';
import type { Indivisible } from '@linchpin/plugin-quantize-weights';
import { type Command, Option } from 'commander';
import { collect, positive, share } from '../flag-values.ts';
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
import { addTuningFlags, type TuningFlags } from '../tuning-flags.ts';

export interface FigureFlags extends ModelFlags, ScoringFlags, TuningFlags {
  readonly protocol?: string;
  readonly set?: readonly string[];
  readonly blocks?: string;
  readonly factors?: string;
  readonly indivisible?: Indivisible;
  readonly clipZ?: number;
  readonly prompt?: string;
  readonly outlierFraction?: number;
  readonly out: string;
}

const examples = `
Examples:
  linchpin figure 7
  linchpin figure 7 --model huggyllama/llama-7b --datasets data --blocks 128x128,512x512 --out results/llama-7b
  linchpin figure smt:repair --limit 100 --windows 8`;

export function addFigureCommand(program: Command, invocation: Invocation): void {
  const command = program
    .command('figure')
    .argument('<name>', 'figure, for example 7 or smt:repair; `linchpin ls figures` lists them with their flags')
    .description(
      'Write a figure of a paper as SVG, and its points as CSV; a bare number is one of the super-weight paper.',
    )
    .addHelpText('after', examples);
  addScoringFlags(addStoreFlags(addModelFlags(command)))
    .addOption(factorsOption())
    .option(
      '--blocks <SIZES>',
      'block sizes, separated by commas: numbers of weights, 128x128, channel or tensor; what fits the model when absent',
    )
    .addOption(indivisibleOption())
    .option(
      '--clip-z <Z>',
      `weights beyond so many standard deviations are clipped; ${clippingDeviations}, the least of those of the paper, when absent`,
      positive,
    )
    .option('--prompt <TEXT>', `prompt whose activations are looked at; "${searchPrompt}" when absent`)
    .option(
      '--outlier-fraction <F>',
      "share of each tensor whose largest weights are removed; what the model's card says, or the paper's, when absent",
      share,
    )
    .option('--protocol <NAME>', 'of smt:3: smt, the default, or llm-adapters, that of its baselines')
    .option('--set <NAME>', 'of smt:3: a commonsense set; may be given several times; all when absent', collect)
    .option('--out <DIR>', 'folder for the files', 'results');
  addTuningFlags(command, 'smt:3 and smt:repair');
  addOutputFlags(command, 'write the points to this file instead; everything else goes to --out').action(
    async (name: string, flags: FigureFlags) =>
      (await import('../actions/figure.ts')).writeFigure(name, flags, invocation),
  );
}

const choices: readonly Indivisible[] = ['error', 'whole-matrix'];

function indivisibleOption(): Option {
  const meaning = 'what becomes of a matrix that a block size does not divide: an error, when absent, or one block';
  return new Option('--indivisible <RULE>', meaning).choices(choices);
}
